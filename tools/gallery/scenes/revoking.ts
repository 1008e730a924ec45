import { ACTIONS } from '../../../src/slack/ids.ts';
import {
  type Act,
  come,
  fills,
  minutes,
  opensHome,
  presses,
  pressesAtHome,
  submits,
  submitsWrongly,
  types,
  weather,
} from '../acts.ts';
import { ADA, both, channel, dm, GRACE, home, MAX, modal, RADIA, scene } from '../scene.ts';
import { approve, ask, granted } from './requests.ts';

const why = (who: string, text: string): readonly Act[] => [fills(who, ACTIONS.reason, text), submits(who)];
const revoke = types(GRACE, '/request-access revoke <@U0ADA|ada> billing-dashboard');
const grantedToMax = [types(MAX, '/request-access billing-dashboard 4h INC-43 refunds'), approve];
const exportToo = [types(ADA, '/request-access billing-export 1h INC-44 month end'), approve];
const freeze = [opensHome(RADIA), pressesAtHome(RADIA, ACTIONS.freeze)];
const frozen = [...freeze, ...why(RADIA, 'Suspicious sign-ins. Nothing new until we know more.')];
const lift = [opensHome(RADIA), pressesAtHome(RADIA, ACTIONS.unfreeze)];
const all = [...granted, ...grantedToMax, types(RADIA, '/request-access revoke-all billing-dashboard')];

/** Taking access away, and stopping approvals. */
export const revoking = [
  scene(
    'revoking',
    [...granted, weather({ iap: 'down' }), presses(ADA, ACTIONS.end, 'dm'), come('REVOKING')],
    both,
  ),
  scene(
    'alarm',
    [
      ...granted,
      weather({ iap: 'forbidden' }),
      presses(GRACE, ACTIONS.revoke),
      ...why(GRACE, 'Laptop lost.'),
      minutes(12),
      come('REVOKING'),
      opensHome(RADIA),
    ],
    [channel(), dm(), home(RADIA)],
  ),
  scene(
    'alarm that is over',
    [
      ...granted,
      weather({ iap: 'forbidden' }),
      presses(GRACE, ACTIONS.revoke),
      ...why(GRACE, 'Laptop lost.'),
      minutes(12),
      weather({ iap: 'fair' }),
      minutes(20),
      come('REVOKED'),
    ],
    both,
  ),
  scene('revoke form', [...granted, revoke], [modal(GRACE)]),
  scene('revoke form without a reason', [...granted, revoke, submitsWrongly(GRACE)], [modal(GRACE)]),
  scene(
    'revoked with a reason',
    [...granted, revoke, ...why(GRACE, 'The incident is over.'), come('REVOKED')],
    [...both, modal(GRACE)],
  ),
  scene(
    'revoke form: a person with several',
    [
      ...granted,
      ...exportToo,
      types(ADA, '/request-access playground 1h'),
      types(RADIA, '/request-access revoke <@U0ADA|ada>'),
    ],
    [modal(RADIA)],
  ),
  scene(
    'revoke form: some stay',
    [
      ...granted,
      types(ADA, '/request-access playground 1h'),
      types(GRACE, '/request-access revoke <@U0ADA|ada>'),
    ],
    [modal(GRACE)],
  ),
  scene('revoke all: form', all, [modal(RADIA)]),
  scene(
    'revoke all: result',
    [...all, ...why(RADIA, 'The service is compromised.'), come('REVOKED', 'REVOKED')],
    [modal(RADIA), channel(), dm(ADA), dm(MAX)],
  ),
  scene('freeze form', freeze, [modal(RADIA)]),
  scene('freeze form without a reason', [...freeze, submitsWrongly(RADIA)], [modal(RADIA)]),
  scene(
    'frozen',
    [
      ask,
      ...frozen,
      approve,
      types(ADA, '/request-access playground 1h'),
      opensHome(ADA),
      come('APPROVAL_AWAITED'),
    ],
    [channel(), channel(ADA), home(), home(RADIA)],
  ),
  scene('lift-freeze form', [...frozen, ...lift], [modal(RADIA)]),
  scene(
    'freeze lifted',
    [ask, ...frozen, ...lift, submits(RADIA), approve, come('ACTIVE')],
    [channel(), home(RADIA)],
  ),
];
