import { isServiceRef, type ServiceRef, servicePath } from '../domain/service.ts';
import { hasCode, LatchkeyError } from '../errors.ts';
import type { Clock, IapPolicies, Policy } from '../ports.ts';
import { callJson } from './http.ts';

/** With conditions, nothing but version 3 will do: https://cloud.google.com/iam/docs/policies#versions */
const POLICY_VERSION = 3;
const CALL_TIMEOUT_MS = 5_000;
const READ_ATTEMPTS = 3;
const LONGEST_WAIT_MS = 2_000;

export interface IapOptions {
  readonly baseUrl: string;
  /** A project's number by its id: IAP's resource names want the number. */
  readonly projectNumber: (projectId: string) => string | undefined;
  readonly token: () => Promise<string | undefined>;
  readonly clock: Clock;
  readonly pause: (longestMs: number) => Promise<void>;
}

/**
 * IAP's policies over REST, `getIamPolicy` and `setIamPolicy` on
 * `projects/{number}/iap_web/cloud_run-{region}/services/{service}`:
 * https://cloud.google.com/iap/docs/reference/rest/v1/v1
 */
export function createIapPolicies({ baseUrl, projectNumber, token, clock, pause }: IapOptions): IapPolicies {
  return {
    async get(service) {
      for (let attempt = 1; ; attempt += 1) {
        try {
          const options = { requestedPolicyVersion: POLICY_VERSION };
          return asPolicy(await call(service, 'getIamPolicy', { options }, CALL_TIMEOUT_MS), service);
        } catch (error) {
          if (attempt === READ_ATTEMPTS || !hasCode(error, 'quota', 'unavailable', 'timeout')) throw error;
          const wait = error.retryAfterMs ?? 200 * 2 ** attempt;
          // Longer than a run can wait while it holds the service: the next sweep tries again.
          if (wait > LONGEST_WAIT_MS) throw error;
          await pause(wait);
        }
      }
    },
    async set(service, policy, deadline) {
      // Without an etag a write would replace whatever is there, conditions and all.
      if (!policy.etag)
        throw new LatchkeyError(
          'invalid',
          `failed to write the IAP policy of ${servicePath(service)}: no etag`,
        );
      const left = Math.min(CALL_TIMEOUT_MS, deadline - clock.now());
      return asPolicy(
        await call(service, 'setIamPolicy', { policy: { ...policy, version: POLICY_VERSION } }, left),
        service,
      );
    },
  };

  async function call(
    service: ServiceRef,
    method: string,
    body: unknown,
    timeoutMs: number,
  ): Promise<unknown> {
    const number = projectNumber(service.project);
    const subject = servicePath(service);
    if (!number)
      throw new LatchkeyError('invalid', `failed to ${method} for ${subject}: the project is not configured`);
    if (!isServiceRef(service))
      throw new LatchkeyError('invalid', `failed to ${method} for ${subject}: it is no name of a service`);
    const resource = `projects/${number}/iap_web/cloud_run-${service.region}/services/${service.service}`;
    return await callJson({
      operation: method,
      subject,
      url: `${baseUrl}/v1/${resource}:${method}`,
      body,
      timeoutMs,
      token: await token(),
    });
  }
}

/** Fields that are not known here stay on the objects, so that they are written back as they were read. */
function asPolicy(answer: unknown, service: ServiceRef): Policy {
  const bad = (why: string) =>
    new LatchkeyError('unavailable', `failed to read the IAP policy of ${servicePath(service)}: ${why}`);
  if (typeof answer !== 'object' || answer === null) throw bad('the answer is no policy');
  const policy = answer as Policy;
  if (typeof policy.etag !== 'string' || policy.etag === '') throw bad('it has no etag');
  if (policy.bindings !== undefined && !Array.isArray(policy.bindings)) throw bad('its bindings are no list');
  return policy;
}
