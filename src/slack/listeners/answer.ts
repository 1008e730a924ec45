import type { BlockAction, ViewOutput } from '@slack/bolt';
import type { WebClient } from '@slack/web-api';
import { messageOf } from '../../errors.ts';
import type { FlowDeps } from '../../flows/deps.ts';
import type { Homes } from '../../flows/homes.ts';
import type { Log, Message } from '../../ports.ts';
import { plain } from '../blocks.ts';
import { type Delivery, Kept } from '../delivery.ts';
import { noticeView } from '../reason-views.ts';
import { KEPT_FOR_LATER } from '../wish-messages.ts';
import { SORRY } from '../words.ts';

/** What listeners work with. */
export interface ListenerDeps {
  readonly client: WebClient;
  readonly flows: FlowDeps;
  readonly homes: Homes;
  readonly log: Log;
}

/** A button pressed or a menu used. */
export interface Click {
  readonly delivery: Delivery;
  readonly body: BlockAction;
  readonly blockId: string;
  readonly value: string;
}

/** A dialog as it was submitted. */
export type Dialog = Pick<ViewOutput, 'id' | 'private_metadata' | 'state'>;

/** A private answer, or nothing where what is seen says it all. */
export type Answer = Message | undefined;

/** What a submitted dialog comes to: errors at its fields, another view in its place, or nothing: it closes. */
export type Submitted = { readonly errors: Record<string, string> } | { readonly view: object } | undefined;

/** A click is one decision however often it is repeated; a command typed again would be another request. */
const LOOK_FIRST =
  'Look in my Home tab whether it was done all the same; if it was not, try again in a moment.';

/** What the world does wrong is logged with its cause; the person reads a sentence. */
export async function answering(
  { log }: Pick<ListenerDeps, 'log'>,
  work: () => Promise<Answer>,
): Promise<Answer> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Kept) return plain(KEPT_FOR_LATER);
    log('ERROR', 'listener-failed', { cause: messageOf(error) });
    return plain(`${SORRY} ${LOOK_FIRST}`);
  }
}

/** The same for a submitted dialog, which stays as it is to be sent again. */
export async function submitted(
  { log }: Pick<ListenerDeps, 'log'>,
  blockId: string | undefined,
  work: () => Promise<Submitted>,
): Promise<Submitted> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Kept) return { view: noticeView(KEPT_FOR_LATER) };
    log('ERROR', 'listener-failed', { cause: messageOf(error) });
    const text = `${SORRY} Send it again in a moment: it is never counted twice.`;
    return blockId ? { errors: { [blockId]: text } } : { view: noticeView(text) };
  }
}

/** For calls to Slack that only show what is committed already. */
export function logged({ log }: Pick<ListenerDeps, 'log'>): (error: unknown) => void {
  return (error) => log('WARNING', 'slack-call-failed', { cause: messageOf(error) });
}

/** Opens a dialog with the trigger of a click or a command, which lives for three seconds. */
export async function openView({ client }: ListenerDeps, triggerId: string, view: object): Promise<void> {
  await client.views.open({ trigger_id: triggerId, view: view as never });
}

/** Whether somebody clicked in their Home tab, where there is no message to answer under. */
export function isInHome({ view }: BlockAction): boolean {
  return view?.type === 'home';
}
