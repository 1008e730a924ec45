import { describe, expect, test } from 'vitest';
import { defaultSeed } from '../../../simulator/seed.ts';
import { ADA, aWorld, GRACE, GUEST, MAX } from '../world.ts';
import { BILLING, suggest } from './journey.ts';

const many = Array.from({ length: 170 }, (_, i) => {
  const name = `tool-${String(i).padStart(3, '0')}`;
  const project = i % 2 === 0 ? 'acme-prod' : 'acme-staging';
  return {
    project,
    region: 'us-central1',
    name,
    uri: `https://${name}-${project}.run.acme.example`,
    iapEnabled: true,
    labels: { owner: i === 90 ? 'billing-people' : 'others' },
    description: i === 91 ? 'Where billing-dashboard gets its numbers from' : '',
  };
});

describe('a catalog of many services', () => {
  const world = aWorld(
    (text) =>
      text.replace('services: ["acme-staging/*/*"]', 'services: ["acme-staging/*/*", "acme-prod/*/tool-*"]'),
    { googleSeed: { ...defaultSeed.google, services: [...defaultSeed.google.services, ...many] } },
  );

  test('is searched as a whole, however many there are, and answered with what fits a menu', async () => {
    await world.command(ADA, '');
    expect(await suggest(world, ADA, '')).toHaveLength(100);
    expect(await suggest(world, ADA, 'tool-169')).toEqual(['acme-staging/us-central1/tool-169']);
    expect(await suggest(world, ADA, 'TOOL 16 staging')).toEqual([
      'acme-staging/us-central1/tool-161',
      'acme-staging/us-central1/tool-163',
      'acme-staging/us-central1/tool-165',
      'acme-staging/us-central1/tool-167',
      'acme-staging/us-central1/tool-169',
    ]);
    expect(await suggest(world, ADA, 'no such thing')).toEqual([]);
  });

  test('is ranked: names before regions and projects, these before labels, these before descriptions', async () => {
    await world.command(ADA, '');
    const found = await suggest(world, ADA, 'billing');
    expect(found.slice(0, 2)).toEqual([BILLING, 'acme-prod/us-central1/billing-export']);
    expect(found.slice(2)).toEqual(['acme-prod/us-central1/tool-090', 'acme-staging/us-central1/tool-091']);
    const ofProject = await suggest(world, ADA, 'acme-staging');
    expect(ofProject.every((path) => path.startsWith('acme-staging/'))).toBe(true);
  });

  test('has what this person asked for lately at its top, latest first, also among what was typed', async () => {
    await world.command(ADA, 'tool-150 1h');
    await world.wait(1);
    await world.command(ADA, 'tool-130 1h');
    await world.wait(1);
    await world.command(ADA, '');
    const [first, second] = await suggest(world, ADA, '');
    expect([first, second]).toEqual(['acme-prod/us-central1/tool-130', 'acme-prod/us-central1/tool-150']);
    expect((await suggest(world, ADA, 'tool-1'))[0]).toBe('acme-prod/us-central1/tool-130');
    await world.command(MAX, '');
    expect((await suggest(world, MAX, 'tool-1'))[0]).toBe('acme-prod/us-central1/tool-100');
  });

  test('is listed in part by the command, which says how many more there are', async () => {
    const list = await world.command(ADA, 'list');
    expect(list.length).toBeLessThan(6000);
    expect(list).toMatch(/16\d more/);
  });
});

describe('the list', () => {
  const world = aWorld();

  test('has what may be asked for, for how long, and what it is, and nothing else', async () => {
    const list = await world.command(ADA, 'list');
    for (const word of ['billing-dashboard', 'billing-export', 'orders-admin', 'payroll', 'playground']) {
      expect(list).toContain(word);
    }
    expect(list).toContain('4h');
    expect(list).toContain('Invoices and payments');
    expect(list).not.toContain('billing-public');
    expect(await world.command(MAX, 'list')).not.toContain('orders-admin');
  });

  test('has what runs and what waits, to its end and no longer', async () => {
    const times = async (user: string, name: string) =>
      (await world.command(user, 'list')).split(name).length - 1;
    expect([await times(ADA, 'playground'), await times(ADA, 'billing-dashboard')]).toEqual([1, 1]);
    await world.command(ADA, 'playground 1h');
    await world.command(ADA, 'billing-dashboard 15m INC-42 invoices');
    expect([await times(ADA, 'playground'), await times(ADA, 'billing-dashboard')]).toEqual([2, 2]);
    await world.press(ADA, 'Withdraw');
    await world.wait(62);
    expect([await times(ADA, 'playground'), await times(ADA, 'billing-dashboard')]).toEqual([1, 1]);
  });

  test('has a colleague’s access for whoever asked and for whoever has it', async () => {
    await world.command(ADA, 'billing-dashboard 15m for <@U0MAX|max> INC-42');
    await world.press(GRACE, 'Approve');
    for (const user of [ADA, MAX]) {
      expect((await world.command(user, 'list')).split('billing-dashboard')).toHaveLength(3);
    }
  });

  test('says why to somebody who may not use Latchkey, and names no service', async () => {
    const list = await world.command(GUEST, 'list', 'C0GENERAL');
    expect(list).toContain('Guest');
    expect(list).not.toContain('billing');
  });
});
