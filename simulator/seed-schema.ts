import { z } from 'zod';

const id = (letter: string, what: string) =>
  z.string().regex(new RegExp(`^${letter}[A-Z0-9]+$`), `must be ${what}, such as ${letter}0EXAMPLE`);
const userId = id('U', "a Slack user's id");
const email = z.email('must be an e-mail address');
const word = z.string().min(1, 'must not be empty');
const service = z
  .string()
  .regex(/^[a-z][a-z0-9-]+\/[a-z0-9-]+\/[a-z][a-z0-9-]*$/, 'must be project/region/service');

const person = z.strictObject({
  id: userId,
  name: word,
  real_name: word,
  title: z.string().default(''),
  email: email.optional(),
  tz: z.string().refine(isZone, 'must be a time zone, such as Europe/Berlin').default('Etc/UTC'),
  team_id: word.optional(),
  deleted: z.boolean().optional(),
  is_bot: z.boolean().optional(),
  is_admin: z.boolean().optional(),
  is_restricted: z.boolean().optional(),
  is_ultra_restricted: z.boolean().optional(),
  is_stranger: z.boolean().optional(),
  is_email_confirmed: z.boolean().optional(),
});

/** What a seed file may say; what it says is checked across its parts by `seed-file.ts`. */
export const seedSchema = z.strictObject({
  team: z.strictObject({ id: id('T', "a Slack workspace's id"), name: word, domain: word }),
  bot: z.strictObject({ name: word }).default({ name: 'latchkey' }),
  people: z.array(person).min(1, 'must name somebody'),
  usergroups: z
    .array(
      z.strictObject({
        id: id('S', "a Slack user group's id"),
        handle: word,
        name: word.optional(),
        users: z.array(userId),
        disabled: z.boolean().optional(),
      }),
    )
    .default([]),
  channels: z
    .array(
      z.strictObject({
        id: id('C', "a Slack channel's id"),
        name: word,
        members: z.array(userId),
        is_private: z.boolean().optional(),
        bot: z.boolean().optional(),
      }),
    )
    .min(1, 'must name a channel'),
  projects: z
    .array(
      z.strictObject({
        id: word,
        number: z.string('must be digits in quotes').regex(/^\d+$/, 'must be digits in quotes'),
        regions: z.array(word).min(1, 'must name a region'),
      }),
    )
    .min(1, 'must name a project'),
  services: z.array(
    z.strictObject({
      id: service,
      description: z.string().default(''),
      labels: z.record(z.string(), z.string()).default({}),
      iapEnabled: z.boolean().default(true),
      invokerIamDisabled: z.boolean().default(false),
      uri: z.url('must be a URL').optional(),
    }),
  ),
  standing: z
    .array(
      z.strictObject({
        on: word,
        members: z
          .array(
            z.string().regex(/^(allUsers|allAuthenticatedUsers|(user|group|domain|serviceAccount):\S+)$/, {
              message: 'must be an IAM member, such as user:ada@acme.example',
            }),
          )
          .min(1, 'must name a member'),
      }),
    )
    .default([]),
  groups: z.record(email, z.array(email)).default({}),
  page: z
    .strictObject({
      people: z.array(userId).default([]),
      channel: z.string().optional(),
      commands: z.array(z.string().startsWith('/', 'must begin with a slash')).default([]),
      accessLevels: z.record(z.string(), z.string()).default({}),
    })
    .default({ people: [], commands: [], accessLevels: {} }),
});

export type SeedFile = z.infer<typeof seedSchema>;

function isZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
    return true;
  } catch {
    return false;
  }
}
