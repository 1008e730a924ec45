import { ACTIONS } from '../../../src/slack/ids.ts';
import {
  choosesColleague,
  choosesMore,
  choosesService,
  come,
  fills,
  minutes,
  presses,
  step,
  submits,
  submitsWrongly,
  types,
} from '../acts.ts';
import { ADA, BILLING, both, channel, dm, EXPORT, GRACE, MAX, modal, PLAYGROUND, scene } from '../scene.ts';
import { granted } from './requests.ts';

const open = types(ADA, '/request-access');
const filled = [fills(ADA, ACTIONS.duration, '1h'), fills(ADA, ACTIONS.justification, 'INC-42 month end')];
const start = fills(ADA, ACTIONS.start, Date.parse('2026-03-02T13:00:00Z') / 1000);
const scheduled = [
  open,
  choosesService(ADA, BILLING),
  ...filled,
  start,
  submits(ADA),
  presses(GRACE, ACTIONS.approve),
];

/** The form that asks. */
export const forms = [
  scene('form', [open], [modal()]),
  scene('form with a service', [open, choosesService(ADA, BILLING)], [modal()]),
  scene('form with a warning', [open, choosesService(ADA, 'acme-prod/europe-west1/payroll')], [modal()]),
  scene('form without approval', [open, choosesService(ADA, PLAYGROUND)], [modal()]),
  scene('form with more services', [open, choosesService(ADA, BILLING), choosesMore(ADA, EXPORT)], [modal()]),
  scene('form for a colleague', [open, choosesService(ADA, BILLING), choosesColleague(ADA, MAX)], [modal()]),
  scene(
    'form with standing access',
    [
      step({ do: 'edit', service: BILLING, edit: 'add person', email: 'ada@acme.example' }),
      // Until the policy has been read.
      minutes(3),
      open,
      choosesService(ADA, BILLING),
    ],
    [modal()],
  ),
  scene('form with a running grant', [...granted, open, choosesService(ADA, BILLING)], [modal()]),
  scene(
    'form with errors',
    [open, choosesService(ADA, BILLING), fills(ADA, ACTIONS.justification, 'because'), submitsWrongly(ADA)],
    [modal()],
  ),
  scene('form with nothing in it', [open, submitsWrongly(ADA)], [modal()]),
  scene('form filled', [open, choosesService(ADA, BILLING), ...filled, start], [modal()]),
  scene('scheduled', [...scheduled, come('SCHEDULED')], both),
  scene('scheduled, begun', [...scheduled, minutes(242), come('ACTIVE')], both),
  scene('help', [types(ADA, '/request-access help')], [channel(ADA)]),
  scene('list', [...granted, types(ADA, '/request-access list')], [channel(ADA)]),
  scene('again', [...granted, minutes(65), types(ADA, '/request-access again')], [channel(ADA), dm()]),
];
