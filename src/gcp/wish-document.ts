import * as z from 'zod/mini';
import { clickKinds, type KeptWish, type Wish } from '../domain/wish.ts';
import { LatchkeyError } from '../errors.ts';

/** Built when it is first needed: only sweeps read wishes. */
function buildSchema() {
  const text = z.string();
  const service = z.object({ project: text, region: text, service: text });
  const order = <K extends string>(kind: K, fields: z.core.$ZodShape) =>
    z.strictObject({ kind: z.literal(kind), ...fields });

  const wish = z.union([
    z.strictObject({
      kind: z.literal([...clickKinds]),
      grantId: text,
      entitlementHint: z.optional(text),
    }),
    order('ask', {
      submission: text,
      principalId: z.optional(text),
      services: z.array(text),
      minutes: z.number(),
      justification: text,
      startAt: z.optional(z.number()),
    }),
    order('again', { grantId: text }),
    order('again-last', { submission: text }),
    order('explain', { grantId: text, what: z.enum(['request', 'extension']), reason: text }),
    order('revoke', { grantId: text, entitlementHint: z.optional(text), reason: text }),
    order('revoke-all', {
      target: z.union([
        z.strictObject({ kind: z.literal('person'), principalId: text, service: z.optional(service) }),
        z.strictObject({ kind: z.literal('service'), service }),
      ]),
      reason: text,
    }),
    order('freeze', { reason: z.nullable(text) }),
    order('tell-of-freeze', { reason: z.nullable(text), channel: text }),
  ]);

  return z.strictObject({
    id: text,
    userId: text,
    wish,
    wishedAt: z.number(),
    dueAt: z.number(),
    attempts: z.number(),
  });
}

let schema: ReturnType<typeof buildSchema> | undefined;

/** The wish in a document; throws `invalid` where the document cannot have been written by this code. */
export function readWish(id: string, data: Record<string, unknown>): KeptWish {
  schema ??= buildSchema();
  const read = schema.safeParse(data);
  if (read.success && read.data.id === id) return read.data as KeptWish & { readonly wish: Wish };
  const problem = read.error?.issues.map((i) => `${i.path.join('.')} ${i.message}`).join('; ');
  throw new LatchkeyError('invalid', `failed to decode wishes/${id}: ${problem ?? 'its id differs'}`);
}
