import { z } from 'zod';
import { type Failure, failure } from './failures.ts';
import { hasConditions, type Policy } from './policy.ts';
import { parseIapResource } from './resources.ts';
import type { Answer, Model, Route } from './routes.ts';

// Google answers 400 to a field that it does not know, hence the strict objects.
const conditionSchema = z.strictObject({
  expression: z.string(),
  title: z.string().default(''),
  description: z.string().optional(),
  location: z.string().optional(),
});
const bindingSchema = z.strictObject({
  role: z.string(),
  members: z.array(z.string()).default([]),
  condition: conditionSchema.optional(),
});
const getSchema = z.strictObject({
  options: z.strictObject({ requestedPolicyVersion: z.int().default(0) }).optional(),
});
const setSchema = z.strictObject({
  policy: z.strictObject({
    version: z.int().optional(),
    etag: z.string().optional(),
    bindings: z.array(bindingSchema).default([]),
  }),
});

/** https://cloud.google.com/iap/docs/reference/rest/v1/TopLevel/getIamPolicy */
export const getIamPolicy: Route = {
  method: 'iap.getIamPolicy',
  api: 'iap',
  verb: 'POST',
  path: /^\/v1\/(?<resource>projects\/[^/]+\/iap_web(?:\/[^:]*)?):getIamPolicy$/,
  writes: false,
  answer(model, { resource, body }) {
    const missing = refuseResource(model, resource);
    if (missing) return missing;
    const request = getSchema.safeParse(body);
    if (!request.success) return badRequest(request.error);
    return answerPolicy(model.policies.read(resource, request.data.options?.requestedPolicyVersion ?? 0));
  },
  summary({ body }) {
    const request = getSchema.safeParse(body);
    return request.success
      ? `requested version ${request.data.options?.requestedPolicyVersion ?? 'none'}`
      : 'malformed';
  },
};

/** https://cloud.google.com/iap/docs/reference/rest/v1/TopLevel/setIamPolicy */
export const setIamPolicy: Route = {
  method: 'iap.setIamPolicy',
  api: 'iap',
  verb: 'POST',
  path: /^\/v1\/(?<resource>projects\/[^/]+\/iap_web(?:\/[^:]*)?):setIamPolicy$/,
  writes: true,
  answer(model, { resource, body, caller }) {
    const missing = refuseResource(model, resource);
    if (missing) return missing;
    const request = setSchema.safeParse(body);
    if (!request.success) return badRequest(request.error);
    model.beforeWrite(resource);
    return answerPolicy(model.policies.write(resource, request.data.policy, caller));
  },
  summary({ body }) {
    const request = setSchema.safeParse(body);
    if (!request.success) return 'malformed';
    const { version, etag, bindings } = request.data.policy;
    const conditional = bindings.filter((binding) => hasConditions({ bindings: [binding] })).length;
    return `version ${version ?? 'none'}, etag ${etag ?? 'none'}, ${bindings.length} bindings, ${conditional} conditional`;
  },
};

function refuseResource({ services }: Model, name: string): Failure | undefined {
  const resource = parseIapResource(name);
  const project = resource && services.projects().find((one) => one.number === resource.number);
  const notFound = failure('NOT_FOUND', `Requested entity was not found: ${name}`);
  if (!resource || !project) return notFound;
  if (resource.kind === 'project' || resource.kind === 'web') return undefined;
  if (!project.regions.includes(resource.region)) return notFound;
  if (resource.kind === 'region') return undefined;
  const { region, service } = resource;
  return services.get({ project: project.id, region, name: service }) ? undefined : notFound;
}

/** Proto JSON leaves an empty list out, so a policy without bindings has no such field. */
function answerPolicy(outcome: Policy | Failure): Answer {
  if ('kind' in outcome) return outcome;
  const { version, etag, bindings } = outcome;
  return { kind: 'ok', body: { version, etag, ...(bindings.length > 0 && { bindings }) } };
}

function badRequest(error: z.ZodError): Failure {
  const fieldViolations = error.issues.map(({ path, message }) => ({
    field: path.join('.'),
    description: message,
  }));
  const first = fieldViolations[0];
  return failure('INVALID_ARGUMENT', `Invalid JSON payload received: ${first?.field} ${first?.description}`, {
    details: [{ '@type': 'type.googleapis.com/google.rpc.BadRequest', fieldViolations }],
  });
}
