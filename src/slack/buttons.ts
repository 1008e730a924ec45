import type { Grant } from '../domain/grant.ts';
import { type Button, URL_MAX } from './blocks.ts';
import { ACTIONS } from './ids.ts';

// What whoever has access, or waits for it, can press. At most one button of a row is primary.

/** The link to the service, where it has one that a button can hold. */
export function openButtons({ id, service, serviceUri }: Grant): Button[] {
  if (!serviceUri || serviceUri.length > URL_MAX) return [];
  const says = `Open ${service.service}`;
  return [{ label: 'Open', action: ACTIONS.open, value: id, style: 'primary', url: serviceUri, says }];
}

export function endButton(grant: Grant): Button {
  return {
    label: 'End access',
    action: ACTIONS.end,
    value: grant.id,
    style: 'danger',
    says: `End access to ${grant.service.service}`,
  };
}

export function extendButton(grant: Grant): Button {
  return {
    label: 'Extend',
    action: ACTIONS.extend,
    value: grant.id,
    says: `Extend access to ${grant.service.service}`,
  };
}

export function withdrawButton(grant: Grant): Button {
  return {
    label: 'Withdraw',
    action: ACTIONS.withdraw,
    value: grant.id,
    says: `Withdraw the request for ${grant.service.service}`,
  };
}
