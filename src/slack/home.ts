import type { Grant } from '../domain/grant.ts';
import { servicePath } from '../domain/service.ts';
import type { Home, ToDecide } from '../flows/home.ts';
import {
  actions,
  type Block,
  type Button,
  button,
  clip,
  context,
  mention,
  plainText,
  quote,
  section,
  when,
} from './blocks.ts';
import { decisionButtons, isRunning, revokeButton } from './card.ts';
import { endButton, extendButton, openButtons, withdrawButton } from './direct.ts';
import { ACTIONS, hintBlockId, VIEWS } from './ids.ts';
import { forHowLong, reasonOf, serviceName, serviceNames, stateLine, whoAsks } from './words.ts';

/** A Home tab holds at most 100 blocks; these leave room for headings. */
const RUNNING = 6;
const WAITING = 6;
const RECENT = 5;
const TO_DECIDE = 10;
const ADMIN_RUNNING = 15;
const ADMIN_FAILED = 5;
const BLOCKS_MAX = 100;

/** Somebody's Home tab: what is theirs, what waits for them, and for admins what goes on. */
export function homeView(home: Home): object {
  const { toDecide, running, waiting, recent, admin, freeze } = home;
  const blocks: Block[] = [
    ...frozen(home),
    ...(toDecide.length > 0
      ? [header('To decide'), ...few(toDecide, TO_DECIDE, decisions, 'in the channels')]
      : []),
    header('Mine'),
    ...(running.length + waiting.length === 0 ? [section('You have no access and no open request.')] : []),
    ...few(running, RUNNING, mine, 'in your messages from me'),
    ...few(waiting, WAITING, mineWaiting, 'in your messages from me'),
    actions('home:ask', [{ label: 'Request access', action: ACTIONS.ask, value: '', style: 'primary' }]),
    ...(recent.length > 0 ? [header('Recent'), ...recent.slice(0, RECENT).map(past)] : []),
    ...(admin ? administration(admin, freeze) : []),
  ];
  return view(blocks.slice(0, BLOCKS_MAX));
}

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
): Block[] {
  const blocks = items.slice(0, most).flatMap(render);
  const left = items.length - most;
  return left > 0 ? [...blocks, context(`… and ${left} more ${elsewhere}`)] : blocks;
}

function frozen({ freeze }: Home): Block[] {
  if (!freeze) return [];
  const why = freeze.reason ? `: ${reasonOf(freeze.reason)}` : '';
  return [
    section(`:snowflake: Approvals are frozen since ${when(freeze.at)} by ${mention(freeze.byUserId)}${why}`),
  ];
}

function decisions({ kind, grant, batch }: ToDecide): Block[] {
  const who = kind === 'request' ? whoAsks(grant) : mention(grant.principal.userId);
  const what =
    kind === 'request'
      ? `${who} asks for ${serviceNames(batch)} for *${forHowLong(grant)}*`
      : `${who} asks for more of ${serviceName(grant)}`;
  const why = grant.justification.trim() ? `\n${quote(clip(grant.justification, 300))}` : '';
  const buttons: Button[] =
    kind === 'request'
      ? decisionButtons(grant)
      : [
          { label: 'Approve', action: ACTIONS.extendApprove, value: grant.id, style: 'primary' },
          { label: 'Deny', action: ACTIONS.extendDeny, value: grant.id, style: 'danger' },
        ];
  return [
    section(`${what}${why}\n${stateLine(grant)}`),
    actions(hintBlockId(grant.entitlementId, `${kind}:${grant.id}`), buttons),
  ];
}

function mine(grant: Grant): Block[] {
  const more = grant.state === 'ACTIVE' && !grant.extension ? [extendButton(grant)] : [];
  const buttons = isRunning(grant)
    ? [...(grant.state === 'ACTIVE' ? openButtons(grant) : []), ...more, endButton(grant)]
    : [];
  return [
    section(`${serviceName(grant)}${forWhom(grant)}\n${stateLine(grant)}`),
    ...(buttons.length > 0 ? [actions(hintBlockId(grant.entitlementId, `mine:${grant.id}`), buttons)] : []),
  ];
}

function mineWaiting(grant: Grant): Block[] {
  return [
    section(
      `${serviceName(grant)}${grant.batch.length > 1 ? ` and ${grant.batch.length - 1} more` : ''}${forWhom(grant)} for ${forHowLong(grant)}\n${stateLine(grant)}`,
      button(withdrawButton(grant)),
      hintBlockId(grant.entitlementId, `waiting:${grant.id}`),
    ),
  ];
}

function past(grant: Grant): Block {
  return section(
    `${serviceName(grant)}${forWhom(grant)} for ${forHowLong(grant)}, ${when(grant.requestedAt)}\n${stateLine(grant)}`,
    button({
      label: 'Again',
      action: ACTIONS.reuse,
      value: grant.id,
      says: `Ask for ${grant.service.service} again`,
    }),
    hintBlockId(grant.entitlementId, `recent:${grant.id}`),
  );
}

function forWhom({ requester, principal }: Grant): string {
  return principal.userId === requester.userId
    ? ''
    : `, asked for by ${mention(requester.userId)} for ${mention(principal.userId)}`;
}

function administration({ running, failed }: NonNullable<Home['admin']>, freeze: Home['freeze']): Block[] {
  const action = freeze ? ACTIONS.unfreeze : ACTIONS.freeze;
  const label = freeze ? 'Lift the freeze' : 'Freeze approvals';
  return [
    { type: 'divider' },
    header('All running'),
    ...(running.length === 0 ? [section('Nobody has access through Latchkey now.')] : byService(running)),
    ...(failed.length > 0
      ? [
          header('What failed'),
          ...failed
            .slice(0, ADMIN_FAILED)
            .map((g) => section(`${serviceName(g)} · ${mention(g.principal.userId)}\n${stateLine(g)}`)),
        ]
      : []),
    actions('home:freeze', [
      freeze ? { label, action, value: '' } : { label, action, value: '', style: 'danger' },
    ]),
  ];
}

/** Running grants under the name of their service; the grants come in the order of services. */
function byService(running: readonly Grant[]): Block[] {
  const shown = running.slice(0, ADMIN_RUNNING);
  const blocks: Block[] = [];
  let last = '';
  for (const grant of shown) {
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
  const left = running.length - shown.length;
  if (left > 0) {
    blocks.push(
      context(
        `… and ${left} more: \`/request-access revoke @person\` and \`/request-access revoke-all SERVICE\` reach all of them`,
      ),
    );
  }
  return blocks;
}
