import { spellDuration } from '../domain/duration.ts';
import { type Grant, isRunning } from '../domain/grant.ts';
import type { Person } from '../domain/person.ts';
import { servicePath } from '../domain/service.ts';
import type { Home, ToDecide } from '../flows/home.ts';
import {
  actions,
  type Block,
  button,
  clip,
  context,
  escapeText,
  mention,
  plainText,
  quote,
  section,
  when,
} from './blocks.ts';
import { endButton, extendButton, openButtons, withdrawButton } from './buttons.ts';
import { decisionButtons, detailsOf, revokeButton } from './card.ts';
import { extensionButtons } from './extension.ts';
import { smallPrint } from './failures.ts';
import { ACTIONS, hintBlockId, VIEWS } from './ids.ts';
import { forHowLong, reasonOf, serviceIn, serviceName, serviceNames, stateLine, whoAsks } from './words.ts';

/** A Home tab holds at most 100 blocks; these leave room for headings. */
const RUNNING = 6;
const WAITING = 6;
const RECENT = 5;
const TO_DECIDE = 8;
const OTHERS_RUNNING = 12;
const ADMIN_FAILED = 5;
const BLOCKS_MAX = 100;
/** Of a reason beside what it is for. */
const WHY_SHOWN = 300;

/** Somebody's Home tab: what is theirs, what waits for them, and for approvers and admins what goes on. */
export function homeView(home: Home): object {
  const { toDecide, running, waiting, recent, revocable, admin, person, cut } = home;
  const own = (grant: Grant) => mine(grant, person);
  const inMessages = 'in your messages from me';
  const blocks: Block[] = [
    ...frozen(home),
    ...(home.unsure ? [section(UNSURE)] : []),
    ...(toDecide.length > 0
      ? [
          header('To decide'),
          ...few(toDecide, TO_DECIDE, decisions, 'in the channels', cut.waiting || cut.running),
        ]
      : []),
    header('Mine'),
    ...(running.length + waiting.length === 0 ? [section('You have no access and no open request.')] : []),
    ...few(running, RUNNING, own, inMessages),
    ...few(waiting, WAITING, mineWaiting, inMessages),
    actions('home:ask', [{ label: 'Request access', action: ACTIONS.ask, value: '', style: 'primary' }]),
    ...(recent.length > 0 ? [header('Recent'), ...recent.slice(0, RECENT).map(past)] : []),
    ...(revocable.length > 0
      ? [{ type: 'divider' }, header('Running, yours to revoke'), ...byService(revocable, cut.running)]
      : []),
    // Beyond what is read for one tab there may be more of somebody's than any section shows.
    ...(!admin && (cut.waiting || cut.running) ? [context(CUT)] : []),
    ...(admin ? administration(home, admin) : []),
  ];
  return view(blocks.slice(0, BLOCKS_MAX));
}

const CUT = 'There is more going on than fits here: what waits and runs beyond this stands in the channels.';
const UNSURE =
  ':warning: Slack did not say who is in some user groups, so something may be missing here that you can decide or administer. Reopen this tab in a minute.';

/** The Home tab of somebody who may not use Latchkey, with the reason. */
export function refusedHomeView(reason: string): object {
  return view([section(reason)]);
}

function view(blocks: readonly Block[]): object {
  return { type: 'home', callback_id: VIEWS.home, blocks };
}

function header(text: string): Block {
  return { type: 'header', text: plainText(text) };
}

/** The first of some, each rendered, and how many more there are. */
function few<T>(
  items: readonly T[],
  most: number,
  render: (item: T) => readonly Block[],
  elsewhere: string,
  isCut = false,
): Block[] {
  return [...items.slice(0, most).flatMap(render), ...more(items.length - most, elsewhere, isCut)];
}

/** How many more there are; where not all of them were read, that there are more than that. */
function more(left: number, elsewhere: string, isCut: boolean): Block[] {
  if (left > 0) return [context(`… and ${isCut ? 'more than ' : ''}${left} more ${elsewhere}`)];
  return isCut ? [context(`… and perhaps more ${elsewhere}`)] : [];
}

function frozen({ freeze }: Home): Block[] {
  if (!freeze) return [];
  const why = freeze.reason ? `: ${reasonOf(freeze.reason)}` : '';
  return [
    section(`:snowflake: Approvals are frozen since ${when(freeze.at)} by ${mention(freeze.byUserId)}${why}`),
  ];
}

function decisions({ kind, grant, batch }: ToDecide): Block[] {
  const isRequest = kind === 'request';
  const what = isRequest
    ? `${whoAsks(grant)} asks for ${serviceNames(batch)} for *${forHowLong(grant)}*`
    : `${mention((grant.state === 'ACTIVE' && grant.extension?.by?.userId) || grant.principal.userId)} asks to keep ${serviceName(grant)}${forLonger(grant)}${forWhom(grant)}`;
  const why = grant.justification.trim() ? `\n${quote(clip(grant.justification, WHY_SHOWN))}` : '';
  const warning = grant.warning ? `\n:warning: *${escapeText(grant.warning)}*` : '';
  const details = batch.flatMap((g) => detailsOf(g, grant));
  return [
    section(`${what}${why}${warning}\n${stateLine(grant)}`),
    context(details.join('\n')),
    actions(
      hintBlockId(grant.entitlementId, `${kind}:${grant.id}`),
      isRequest ? decisionButtons(grant) : extensionButtons(grant),
    ),
  ];
}

function mine(grant: Grant, person: Person): Block[] {
  const isHolder = grant.principal.userId === person.userId;
  const active = grant.state === 'ACTIVE' ? grant : undefined;
  const buttons = [
    ...(active && isHolder ? openButtons(active) : []),
    ...(active && !active.extension ? [extendButton(active)] : []),
    ...(isRunning(grant) ? [endButton(grant)] : []),
  ];
  return [
    section(`${serviceIn(grant)}${forWhom(grant)}\n${stateLine(grant)}`),
    ...(buttons.length > 0 ? [actions(hintBlockId(grant.entitlementId, `mine:${grant.id}`), buttons)] : []),
  ];
}

function mineWaiting(grant: Grant): Block[] {
  const more = grant.batch.length > 1 ? ` and ${grant.batch.length - 1} more` : '';
  // Two requests for the same differ in nothing else.
  const why = grant.justification.trim() ? `\n${quote(clip(grant.justification, WHY_SHOWN))}` : '';
  return [
    section(
      `${serviceIn(grant)}${more}${forWhom(grant)} for ${forHowLong(grant)}${why}\n${stateLine(grant)}`,
      button(withdrawButton(grant)),
      hintBlockId(grant.entitlementId, `waiting:${grant.id}`),
    ),
  ];
}

function past(grant: Grant): Block {
  return section(
    `${serviceIn(grant)}${forWhom(grant)} for ${forHowLong(grant)}, ${when(grant.requestedAt)}\n${stateLine(grant)}`,
    button({
      label: 'Again',
      action: ACTIONS.reuse,
      value: grant.id,
      says: `Ask for ${grant.service.service} again`,
    }),
    hintBlockId(grant.entitlementId, `recent:${grant.id}`),
  );
}

/** An extension counts from its approval. */
function forLonger(grant: Grant): string {
  const asked = grant.state === 'ACTIVE' ? grant.extension : undefined;
  return asked ? ` for *${spellDuration(asked.minutes)}* from the approval` : '';
}

function forWhom({ requester, principal }: Grant): string {
  return principal.userId === requester.userId
    ? ''
    : `, asked for by ${mention(requester.userId)} for ${mention(principal.userId)}`;
}

function administration({ freeze, cut }: Home, { running, failed }: NonNullable<Home['admin']>): Block[] {
  const action = freeze ? ACTIONS.unfreeze : ACTIONS.freeze;
  const label = freeze ? 'Lift the freeze' : 'Freeze approvals';
  return [
    { type: 'divider' },
    header('All running'),
    actions('home:freeze', [
      freeze ? { label, action, value: '' } : { label, action, value: '', style: 'danger' },
    ]),
    ...(running.length === 0
      ? [section('Nobody has access through Latchkey now.')]
      : byService(running, cut.running)),
    ...(failed.length > 0
      ? [header('What failed'), ...few(failed, ADMIN_FAILED, failure, 'in the channels', cut.failed)]
      : []),
  ];
}

function failure(grant: Grant): Block[] {
  const told = `${serviceIn(grant)} · ${mention(grant.principal.userId)}, ${when(grant.changedAt)}`;
  return [section(`${told}\n${stateLine(grant)}`), ...smallPrint(grant)];
}

/** Running grants under the name of their service; the grants come in the order of services. */
function byService(running: readonly Grant[], isCut: boolean): Block[] {
  const blocks: Block[] = [];
  let last = '';
  for (const grant of running.slice(0, OTHERS_RUNNING)) {
    const path = servicePath(grant.service);
    if (path !== last) blocks.push(context(`\`${path}\``));
    last = path;
    blocks.push(
      section(
        `${mention(grant.principal.userId)}\n${stateLine(grant)}`,
        isRunning(grant) ? revokeButton(grant) : undefined,
        hintBlockId(grant.entitlementId, `all:${grant.id}`),
      ),
    );
  }
  const elsewhere =
    'in the channels: `/request-access revoke @person` and `/request-access revoke-all SERVICE` reach all of them';
  return [...blocks, ...more(running.length - OTHERS_RUNNING, elsewhere, isCut)];
}
