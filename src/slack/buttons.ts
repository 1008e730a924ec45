import type { Grant } from '../domain/grant.ts';
import { type Button, plainText, URL_MAX } from './blocks.ts';
import { ACTIONS } from './ids.ts';

// What whoever has access, or waits for it, can press. At most one button of a row is primary.

/** The link to the service, where it has one that a button can hold. */
export function openButtons({ id, service, serviceUri }: Grant): Button[] {
  if (!serviceUri || serviceUri.length > URL_MAX) return [];
  const says = `Open ${service.service}`;
  return [{ label: 'Open', action: ACTIONS.open, value: id, style: 'primary', url: serviceUri, says }];
}

/** Asks first where access comes back only by somebody's approval. */
export function endButton({ id, service, approvalsNeeded }: Grant): Button {
  return {
    label: 'End access',
    action: ACTIONS.end,
    value: id,
    style: 'danger',
    says: `End access to ${service.service}`,
    ...(approvalsNeeded > 0
      ? {
          confirm: {
            title: plainText('End access?'),
            text: plainText(
              `Access to ${service.service} is given back now. To have it again, somebody has to approve it anew.`,
            ),
            confirm: plainText('End access'),
            deny: plainText('Keep it'),
            style: 'danger',
          },
        }
      : {}),
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
