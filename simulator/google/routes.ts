import { type Failure, failure } from './failures.ts';
import type { Api } from './faults.ts';
import { getIamPolicy, setIamPolicy } from './iap-routes.ts';
import type { PolicyStore } from './policies.ts';
import { getProjectV1, getProjectV3 } from './project-routes.ts';
import { getService, listServices } from './run-routes.ts';
import type { ServiceRegistry } from './services.ts';

/** One request, as a route sees it: no headers but the caller's name. */
export interface RouteCall {
  /** The resource name from the path, without the version and the custom verb. */
  resource: string;
  query: URLSearchParams;
  /** The parsed JSON body; an empty object where there was none. */
  body: unknown;
  caller: string;
}

export type Answer = { kind: 'ok'; body: unknown } | Failure;

export interface Model {
  services: ServiceRegistry;
  policies: PolicyStore;
  /** Called before a proper write takes effect: the moment at which somebody else may get in between. */
  beforeWrite(resource: string): void;
}

export interface Route {
  /** The method's name in Google's discovery documents. */
  method: string;
  api: Api;
  verb: 'GET' | 'POST';
  /** Over the decoded path; the group `resource` is the resource's name. */
  path: RegExp;
  writes: boolean;
  answer(model: Model, call: RouteCall): Answer;
  summary(call: RouteCall): string;
}

export const ROUTES: readonly Route[] = [
  getIamPolicy,
  setIamPolicy,
  listServices,
  getService,
  getProjectV1,
  getProjectV3,
];

/** Finds the route of a request and its resource, or the 404 that Google answers. */
export function matchRoute(
  verb: string,
  path: string,
): { kind: 'match'; route: Route; resource: string } | Failure {
  for (const route of ROUTES) {
    const resource = route.verb === verb ? route.path.exec(path)?.groups?.resource : undefined;
    if (resource) return { kind: 'match', route, resource };
  }
  return failure('NOT_FOUND', `Method not found: ${verb} ${path}`);
}
