import { ACTIONS } from '../../../src/slack/ids.ts';
import { come, minutes, opensHome, presses, types, weather } from '../acts.ts';
import { ADA, GRACE, GUEST, home, LINUS, MAX, RADIA, scene } from '../scene.ts';
import { ask, askPayroll, granted } from './requests.ts';

const again = <T>(count: number, act: T): T[] => Array.from({ length: count }, () => act);
const playground = (who: string) => types(who, '/request-access playground 1h');
const waitingRequest = types(ADA, '/request-access billing-export 1h INC-44 month end');

/** App Home, for everybody who has one. */
export const homes = [
  scene('home: nothing yet', [opensHome(ADA)], [home()]),
  scene(
    'home: with access',
    [...granted, types(ADA, '/request-access payroll 1h INC-7 salary run'), opensHome(ADA)],
    [home()],
  ),
  scene(
    'home: what was',
    [...granted, minutes(62), ask, presses(ADA, ACTIONS.withdraw, 'dm'), opensHome(ADA)],
    [home()],
  ),
  scene('home: to decide', [ask, opensHome(GRACE)], [home(GRACE)]),
  scene(
    'home: quorum to decide',
    [askPayroll, presses(GRACE, ACTIONS.approve, 'C0PAYROLL'), opensHome(GRACE), opensHome(LINUS)],
    [home(GRACE), home(LINUS)],
  ),
  scene(
    'home: extension to decide',
    [...granted, minutes(52), presses(ADA, ACTIONS.extend, 'dm'), opensHome(GRACE), opensHome(ADA)],
    [home(GRACE), home(ADA)],
  ),
  scene('home: admin', [...granted, opensHome(RADIA)], [home(RADIA)]),
  scene(
    'home: what failed',
    [
      weather({ iap: 'forbidden' }),
      ...granted,
      minutes(20),
      come('ACTIVATION_FAILED'),
      opensHome(RADIA),
      opensHome(ADA),
    ],
    [home(RADIA), home(ADA)],
  ),
  scene(
    'home: more than fits',
    [...again(8, playground(ADA)), ...again(8, waitingRequest), opensHome(ADA)],
    [home(ADA)],
  ),
  scene('home: more to decide than fits', [...again(12, waitingRequest), opensHome(GRACE)], [home(GRACE)]),
  scene(
    'home: admin with more than fits',
    [...[ADA, MAX, GRACE, LINUS].flatMap((who) => again(4, playground(who))), opensHome(RADIA)],
    [home(RADIA)],
  ),
  scene('home: guest', [opensHome(GUEST)], [home(GUEST)]),
];
