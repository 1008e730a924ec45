import type { PolicyStore } from './policies.ts';
import { ACCESSOR_ROLE, type Binding } from './policy.ts';
import { iapResourceName } from './resources.ts';
import type { ServiceKey, ServiceRegistry } from './services.ts';

/** What people and other tools do behind Latchkey's back. */
export interface OutsideEdits {
  /** Gives a person standing access, as somebody may in the console. */
  addPerson(resource: string, email: string): void;
  /** Removes every binding that Latchkey wrote, as a Terraform apply may. Returns how many. */
  wipeOurBindings(resource: string): number;
  setIapEnabled(service: ServiceKey, enabled: boolean): void;
  /** Deletes the service and its policy. */
  deleteService(service: ServiceKey): void;
}

/** Creates the edits over one model. */
export function createOutsideEdits(services: ServiceRegistry, policies: PolicyStore): OutsideEdits {
  return {
    addPerson(resource, email) {
      const binding = { role: ACCESSOR_ROLE, members: [`user:${email}`] };
      policies.edit(resource, 'somebody in the console', (bindings) => [...bindings, binding]);
    },
    wipeOurBindings(resource) {
      const before = policies.current(resource).bindings;
      const kept = before.filter((binding) => !isOurs(binding));
      if (kept.length === before.length) return 0;
      policies.edit(resource, 'a Terraform apply', () => kept);
      return before.length - kept.length;
    },
    setIapEnabled(service, enabled) {
      services.setIapEnabled(service, enabled);
    },
    deleteService(service) {
      services.remove(service);
      const project = services.project(service.project);
      if (project) policies.drop(iapResourceName(project.number, service));
    },
  };
}

/** The mark that Latchkey's bindings carry: the role, and a condition title that starts with its name. */
export function isOurs({ role, condition }: Binding): boolean {
  return role === ACCESSOR_ROLE && condition?.title.startsWith('latchkey') === true;
}
