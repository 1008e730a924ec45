import { ACTIONS } from '../../../src/slack/ids.ts';
import { type Act, come, fills, minutes, presses, pressesLate, step, submits, weather } from '../acts.ts';
import { ADA, both, channel, dm, GRACE, LINUS, modal, RULES, scene } from '../scene.ts';
import { granted } from './requests.ts';

const asked = [...granted, minutes(52), presses(ADA, ACTIONS.extend, 'dm')];
const extend = presses(GRACE, ACTIONS.extendApprove);
const soonTimedOut = RULES.replace('  - id: billing\n', '  - id: billing\n    approvalTimeout: 3m\n');
const withoutGrace = RULES.replace(
  'approvers: { emails: [grace@acme.example], users: [U0LINUS], usergroups: [S0LEADS] }',
  'approvers: { users: [U0LINUS] }',
);
const denied: readonly Act[] = [...asked, presses(GRACE, ACTIONS.extendDeny)];

/** While access runs, to its end. */
export const running = [
  scene('reminder', [...granted, minutes(52)], [dm()]),
  scene('extension asked', asked, both),
  scene('extended', [...asked, extend, come('ACTIVE')], both),
  scene('extension being applied', [...asked, weather({ iap: 'down' }), extend, come('ACTIVE')], both),
  scene('extension denied', denied, [channel(LINUS), modal(GRACE), dm()]),
  scene(
    'extension denied with a reason',
    [...denied, fills(GRACE, ACTIONS.reason, 'An hour was enough.'), submits(GRACE)],
    [channel(LINUS), dm()],
  ),
  scene('extension unanswered', [...asked, minutes(4), come('ACTIVE')], both, { rules: soonTimedOut }),
  scene('extension unanswered to the end', [...asked, minutes(10), come('ENDED')], both),
  scene(
    'extension failed',
    [
      ...asked,
      weather({ iap: 'down' }),
      extend,
      // Whoever approved it may not any more by the time that it is applied.
      step({ do: 'entitlements', text: withoutGrace }),
      weather({ iap: 'fair' }),
      minutes(2),
      come('ACTIVE'),
    ],
    both,
  ),
  scene(
    'late click on an extension',
    [...asked, pressesLate(LINUS, ACTIONS.extendDeny, extend)],
    [channel(LINUS)],
  ),
  scene('ended', [...granted, minutes(62), come('ENDED')], both),
  scene('ended by its owner', [...granted, presses(ADA, ACTIONS.end, 'dm'), come('REVOKED')], both),
];
