import { ACTIONS } from '../../src/slack/ids.ts';
import {
  type Act,
  choosesService,
  fills,
  minutes,
  opensHome,
  presses,
  pressesAtHome,
  step,
  submits,
  types,
  weather,
} from './acts.ts';

/** What is photographed: a conversation, the modal in front, or App Home, as one person sees it. */
export interface Shot {
  readonly as: string;
  /** A channel's id, `dm`, `modal` or `home`. */
  readonly where: string;
}

export interface Scene {
  readonly name: string;
  readonly acts: readonly Act[];
  readonly shots: readonly Shot[];
}

const ADA = 'U0ADA';
const GRACE = 'U0GRACE';
const LINUS = 'U0LINUS';
const MAX = 'U0MAX';
const RADIA = 'U0ROOT';
const BILLING = 'acme-prod/us-central1/billing-dashboard';
const PAYROLL = 'C0PAYROLL';

const ask = types(ADA, '/request-access billing-dashboard 1h INC-42 invoices look wrong');
const askPayroll = types(ADA, '/request-access payroll 1h INC-7 salary run', PAYROLL);
const approve = presses(GRACE, ACTIONS.approve);
const granted = [ask, approve];

const channel = (as = GRACE, where = 'C0ACCESS'): Shot => ({ as, where });
const dm = (as = ADA): Shot => ({ as, where: 'dm' });
const modal = (as = ADA): Shot => ({ as, where: 'modal' });
const home = (as = ADA): Shot => ({ as, where: 'home' });
const both = [channel(), dm()];

const scene = (name: string, acts: readonly Act[], shots: readonly Shot[]): Scene => ({ name, acts, shots });

/** Every state that a person can meet; add a line to have it in the gallery. */
export const scenes: readonly Scene[] = [
  scene('asked', [ask], [channel(), channel(ADA), dm()]),
  scene(
    'partially approved',
    [askPayroll, presses(GRACE, ACTIONS.approve, PAYROLL)],
    [channel(LINUS, PAYROLL), dm()],
  ),
  scene(
    'approved by two',
    [askPayroll, presses(GRACE, ACTIONS.approve, PAYROLL), presses(LINUS, ACTIONS.approve, PAYROLL)],
    [channel(LINUS, PAYROLL), dm()],
  ),
  scene('denied', [ask, presses(GRACE, ACTIONS.deny)], [channel(LINUS), modal(GRACE), dm()]),
  scene(
    'denied with a reason',
    [
      ask,
      presses(GRACE, ACTIONS.deny),
      fills(GRACE, ACTIONS.reason, 'Use the read-only export instead.'),
      submits(GRACE),
    ],
    both,
  ),
  scene('withdrawn', [ask, presses(ADA, ACTIONS.withdraw, 'dm')], both),
  scene('approvers reminded', [ask, minutes(5 * 60)], [channel()]),
  scene('expired unanswered', [ask, minutes(9 * 60)], both),
  scene('applying', [weather({ iap: 'down' }), ...granted], both),
  scene('active', granted, both),
  scene('approved for less', [ask, presses(GRACE, ACTIONS.approveShorter)], both),
  scene('approved at once', [types(ADA, '/request-access playground 1h')], [channel(ADA), dm()]),
  scene('reminder', [...granted, minutes(52)], [dm()]),
  scene('extension asked', [...granted, minutes(52), presses(ADA, ACTIONS.extend, 'dm')], both),
  scene(
    'extended',
    [...granted, minutes(52), presses(ADA, ACTIONS.extend, 'dm'), presses(GRACE, ACTIONS.extendApprove)],
    both,
  ),
  scene(
    'extension denied',
    [...granted, minutes(52), presses(ADA, ACTIONS.extend, 'dm'), presses(GRACE, ACTIONS.extendDeny)],
    [channel(LINUS), dm()],
  ),
  scene('ended', [...granted, minutes(62)], both),
  scene('ended by its owner', [...granted, presses(ADA, ACTIONS.end, 'dm')], both),
  scene('revoking', [...granted, weather({ iap: 'down' }), presses(ADA, ACTIONS.end, 'dm')], both),
  scene(
    'revoke form',
    [...granted, types(GRACE, '/request-access revoke <@U0ADA|ada> billing-dashboard')],
    [modal(GRACE)],
  ),
  scene(
    'revoked with a reason',
    [
      ...granted,
      types(GRACE, '/request-access revoke <@U0ADA|ada> billing-dashboard'),
      fills(GRACE, ACTIONS.reason, 'The incident is over.'),
      submits(GRACE),
    ],
    both,
  ),
  scene(
    'revoke keeps failing',
    [
      ...granted,
      types(LINUS, '/request-access revoke <@U0ADA|ada> billing-dashboard'),
      fills(LINUS, ACTIONS.reason, 'The incident is over.'),
      weather({ iap: 'forbidden' }),
      submits(LINUS),
      minutes(5),
    ],
    both,
  ),
  scene('cannot be given', [weather({ iap: 'forbidden' }), ...granted, minutes(20)], both),
  scene(
    'service without IAP',
    [...granted, step({ do: 'edit', service: BILLING, edit: 'IAP off' }), minutes(12)],
    both,
  ),
  scene('drift', [...granted, step({ do: 'edit', service: BILLING, edit: 'wipe ours' }), minutes(12)], both),
  scene(
    'several services',
    [types(ADA, '/request-access billing-dashboard,billing-export 1h INC-42 month end'), approve],
    both,
  ),
  scene(
    'for a colleague',
    [types(ADA, '/request-access billing-dashboard 1h for <@U0MAX|max> INC-42 he is on call'), approve],
    [channel(), dm(ADA), dm(MAX)],
  ),
  scene(
    'for a colleague, denied',
    [
      types(ADA, '/request-access billing-dashboard 1h for <@U0MAX|max> INC-42 he is on call'),
      presses(GRACE, ACTIONS.deny),
    ],
    [dm(ADA), dm(MAX)],
  ),
  scene(
    'one approval of two in time',
    [askPayroll, presses(GRACE, ACTIONS.approve, PAYROLL), minutes(125)],
    [channel(LINUS, PAYROLL), dm()],
  ),
  scene('asked before', [...granted, minutes(65), ask], [channel()]),
  scene('help', [types(ADA, '/request-access help')], [channel(ADA)]),
  scene('list', [...granted, types(ADA, '/request-access list')], [channel(ADA)]),
  scene('refused: unknown service', [types(ADA, '/request-access biling 1h INC-1 x')], [channel(ADA)]),
  scene('refused: ambiguous service', [types(ADA, '/request-access orders-admin 2h x y')], [channel(ADA)]),
  scene('refused: no IAP', [types(ADA, '/request-access billing-public 1h INC-1 x')], [channel(ADA)]),
  scene('refused: duration', [types(ADA, '/request-access billing-dashboard soon INC-1 x')], [channel(ADA)]),
  scene('refused: too long', [types(ADA, '/request-access billing-dashboard 9h INC-1 x')], [channel(ADA)]),
  scene('refused: no ticket', [types(ADA, '/request-access billing-dashboard 1h because')], [channel(ADA)]),
  scene(
    'refused: guest',
    [types('U0GUEST', '/request-access billing-dashboard 1h INC-1 x', 'C0GENERAL')],
    [channel('U0GUEST', 'C0GENERAL')],
  ),
  scene(
    'refused: from outside',
    [types('U0STRANGER', '/request-access list', 'C0GENERAL')],
    [channel('U0STRANGER', 'C0GENERAL')],
  ),
  scene(
    'refused: own request',
    [types(GRACE, '/request-access billing-dashboard 1h INC-1 x'), approve],
    [channel()],
  ),
  scene('refused: no approver', [ask, presses(MAX, ACTIONS.approve)], [channel(MAX)]),
  scene('form', [types(ADA, '/request-access')], [modal()]),
  scene('form with a service', [types(ADA, '/request-access'), choosesService(ADA, BILLING)], [modal()]),
  scene(
    'form with errors',
    [
      types(ADA, '/request-access'),
      choosesService(ADA, BILLING),
      fills(ADA, ACTIONS.justification, 'because'),
      submits(ADA),
    ],
    [modal()],
  ),
  scene('form with nothing in it', [types(ADA, '/request-access'), submits(ADA)], [modal()]),
  scene('home: nothing yet', [opensHome(ADA)], [home()]),
  scene(
    'home: with access',
    [...granted, types(ADA, '/request-access payroll 1h INC-7 salary run'), opensHome(ADA)],
    [home()],
  ),
  scene('home: to decide', [ask, opensHome(GRACE)], [home(GRACE)]),
  scene('home: to revoke', [...granted, opensHome(LINUS)], [home(LINUS)]),
  scene('home: what failed', [weather({ iap: 'forbidden' }), ...granted, opensHome(RADIA)], [home(RADIA)]),
  scene('home: admin', [...granted, opensHome(RADIA)], [home(RADIA)]),
  scene('home: guest', [opensHome('U0GUEST')], [home('U0GUEST')]),
  scene('freeze form', [opensHome(RADIA), pressesAtHome(RADIA, ACTIONS.freeze)], [modal(RADIA)]),
  scene(
    'frozen',
    [opensHome(RADIA), pressesAtHome(RADIA, ACTIONS.freeze), submits(RADIA), ask, approve, opensHome(ADA)],
    [channel(), home()],
  ),
];
