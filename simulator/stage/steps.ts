import { z } from 'zod';
import { iapWeathers, slackWeathers, triggerWeathers } from './weathers.ts';

// What can be done in the simulated world: the page sends these, a scenario is a list of them.

/**
 * Where something is pressed or chosen: a message, a modal, App Home. A message is named by its `ts`, or by its number
 * among those that everybody sees there, or that only this person sees: between the two kinds, the order is chance.
 */
const place = z.union([
  z.strictObject({ channel: z.string(), ts: z.string() }),
  z.strictObject({ channel: z.string(), nth: z.int().min(0), onlyToMe: z.boolean().optional() }),
  z.strictObject({ view: z.enum(['modal', 'home']) }),
]);

const value = z.union([z.string(), z.number(), z.array(z.string()), z.null()]);
const fields = z.record(z.string(), z.record(z.string(), value));
const who = z.string();

const weather = z.strictObject({
  iap: z.enum(iapWeathers),
  run: z.enum(['fair', 'down']),
  slack: z.enum(slackWeathers),
  triggers: z.enum(triggerWeathers),
  /** How long a change of a policy takes to work. */
  propagationMs: z.int().min(0).max(3_600_000),
});

export const stepSchema = z.discriminatedUnion('do', [
  /** `in` is a channel's id, or `dm`: the person's direct messages with the app. */
  z.strictObject({ do: z.literal('command'), who, in: z.string(), text: z.string().startsWith('/') }),
  z.strictObject({ do: z.literal('say'), who, in: z.string(), text: z.string().min(1) }),
  /** `what` is an action id or a label; `value` or `index` tell apart several that share it. */
  z.strictObject({
    do: z.literal('click'),
    who,
    at: place,
    what: z.string(),
    value: z.string().optional(),
    index: z.int().min(0).optional(),
    fields: fields.optional(),
  }),
  z.strictObject({
    do: z.literal('select'),
    who,
    at: place,
    what: z.string(),
    value,
    fields: fields.optional(),
  }),
  z.strictObject({
    do: z.literal('suggest'),
    who,
    at: place,
    block: z.string(),
    what: z.string(),
    query: z.string(),
  }),
  z.strictObject({ do: z.literal('submit'), who, fields: fields.default({}) }),
  z.strictObject({ do: z.literal('close'), who }),
  z.strictObject({ do: z.literal('home'), who }),
  /** Opens a service, `project/region/service`, with access levels by their full name. */
  z.strictObject({
    do: z.literal('open'),
    who,
    service: z.string(),
    path: z.string().optional(),
    levels: z.array(z.string()).default([]),
  }),
  z.strictObject({
    do: z.literal('advance'),
    ms: z
      .int()
      .min(0)
      .max(90 * 86_400_000),
  }),
  /** Moves time to the next thing that will happen. */
  z.strictObject({ do: z.literal('next') }),
  z.strictObject({ do: z.literal('run') }),
  z.strictObject({ do: z.literal('pause') }),
  z.strictObject({ do: z.literal('weather'), set: weather.partial() }),
  z.strictObject({
    do: z.literal('edit'),
    service: z.string(),
    edit: z.enum(['add person', 'wipe ours', 'IAP off', 'IAP on']),
    email: z.email().optional(),
  }),
  z.strictObject({ do: z.literal('sweep') }),
  /** Somebody leaves Slack or comes back, or has another address in their profile. */
  z.strictObject({
    do: z.literal('person'),
    person: z.string(),
    left: z.boolean().optional(),
    email: z.email().optional(),
  }),
  /** A user group has these members now. */
  z.strictObject({ do: z.literal('group'), group: z.string(), users: z.array(z.string()) }),
  /** The app's bot is invited to a channel or removed, or the channel is archived or opened again. */
  z.strictObject({
    do: z.literal('channel'),
    channel: z.string(),
    bot: z.boolean().optional(),
    archived: z.boolean().optional(),
  }),
  /** Deploys the application anew with this entitlements file; everything stored stays. */
  z.strictObject({ do: z.literal('entitlements'), text: z.string().max(200_000) }),
]);

export type Step = z.infer<typeof stepSchema>;
export type StepPlace = z.infer<typeof place>;
export type Weather = z.infer<typeof weather>;
export type IapWeather = Weather['iap'];
