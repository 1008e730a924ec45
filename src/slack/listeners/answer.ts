import type { BlockAction } from '@slack/bolt';
import type { WebClient } from '@slack/web-api';
import { messageOf } from '../../errors.ts';
import type { FlowDeps, Log } from '../../flows/deps.ts';
import type { Homes } from '../../flows/homes.ts';
import type { Message } from '../../ports.ts';
import { plain } from '../blocks.ts';
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
  readonly body: BlockAction;
  readonly blockId: string;
  readonly value: string;
}

/** A private answer, or nothing where what is seen says it all. */
export type Answer = Message | undefined;

/** What a submitted dialog comes to: errors at its fields, another view in its place, or nothing: it closes. */
export type Submitted = { readonly errors: Record<string, string> } | { readonly view: object } | undefined;

/** What the world does wrong is logged with its cause; the person reads a sentence. */
export async function answering(
  { log }: Pick<ListenerDeps, 'log'>,
  work: () => Promise<Answer>,
): Promise<Answer> {
  try {
    return await work();
  } catch (error) {
    log('ERROR', 'listener-failed', { cause: messageOf(error) });
    return plain(`${SORRY} Nothing counts twice: please try again in a moment.`);
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
