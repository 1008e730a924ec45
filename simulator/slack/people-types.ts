import type { Suggestions } from './answers.ts';
import type { Delivery, DeliveryFailure, SendOptions } from './deliver.ts';
import type { Message, OpenView } from './types.ts';
import type { FieldValue } from './values.ts';

/** Where a person uses an element. */
export type Place = { channel: string; ts: string } | { viewId: string };

/** Field values by block id or label; a block with several elements takes them by action id. */
export type FormValues = { [blockIdOrLabel: string]: FieldValue | { [actionId: string]: FieldValue } };

/** What came of an action: what went over the wire, and what the person saw before it was answered. */
export type Outcome = {
  /** False where Slack's own client stopped it, for example at an empty required field. */
  sent: boolean;
  delivery?: Delivery;
  status?: number;
  durationMs: number;
  failure?: DeliveryFailure;
  /** Messages that appeared or changed for this person meanwhile. */
  messages: Message[];
  /** The modal in front of the person afterwards. */
  modal?: OpenView;
  home?: OpenView;
  /** Texts at the fields of that modal, by block id. */
  errors: { [blockId: string]: string };
  /** Slack's own words about a failure. */
  notice?: string;
  /** What was wrong with the app's answer, for developers. */
  problem?: string;
};

export type People = {
  /** Types a line that begins with a slash command. */
  command(userId: string, channelId: string, text: string): Promise<Outcome>;
  /** Says something in a channel or direct message; no app is asked. */
  say(userId: string, channelId: string, text: string): Message;
  /** Presses a button, found by action id or label; `value` tells apart several that share it. */
  click(
    userId: string,
    place: Place,
    actionIdOrLabel: string,
    options?: { value?: string },
  ): Promise<Outcome>;
  /** Chooses in a menu or picker; the app is told where Slack would tell it. */
  select(userId: string, place: Place, actionIdOrLabel: string, value: FieldValue): Promise<Outcome>;
  /** Fills fields in without submitting. */
  fill(userId: string, viewId: string, values: FormValues): void;
  submit(userId: string, viewId: string, values?: FormValues): Promise<Outcome>;
  /** Closes the modal in front, or all of them with `all`. */
  closeView(userId: string, options?: { all?: boolean }): Promise<Outcome>;
  /** Types into a menu with an external data source. */
  suggest(
    userId: string,
    place: Place,
    blockId: string,
    actionId: string,
    query: string,
  ): Promise<Outcome & Suggestions>;
  openHome(userId: string): Promise<Outcome>;
  /** The same people, whose requests are sent in another way: forged, stale, with more headers. */
  sending(options: SendOptions): People;
};
