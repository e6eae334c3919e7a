// Which role may see which screen. The API decides; this only hides what it would refuse.

export type Role = 'owner' | 'admin' | 'manager' | 'office' | 'viewer';

export const screenRoles = {
  overview: ['owner', 'admin', 'manager', 'office', 'viewer'],
  month: ['owner', 'manager'],
  reports: ['owner', 'manager', 'office', 'viewer'],
  needs: ['owner', 'admin', 'manager'],
  clients: ['owner', 'manager', 'office', 'viewer'],
  connection: ['owner', 'admin', 'manager'],
} satisfies Record<string, Role[]>;

export type Screen = keyof typeof screenRoles;

export function maySee(screen: Screen, roles: readonly string[]): boolean {
  return screenRoles[screen].some(role => roles.includes(role));
}

/** Drafting, sending, deciding: whoever answers for the money. */
export function mayBill(roles: readonly string[]): boolean {
  return roles.includes('owner') || roles.includes('manager');
}

/** Remotes, mappings and the outbox. */
export function mayConnect(roles: readonly string[]): boolean {
  return roles.includes('owner') || roles.includes('admin');
}

/** The first screen that somebody with these roles has. */
export function firstScreen(roles: readonly string[]): Screen | null {
  const all = Object.keys(screenRoles) as Screen[];
  return all.find(screen => maySee(screen, roles)) ?? null;
}
