import type {Shape} from '../api/client';

export type RemoteState = 'fresh' | 'paused' | 'silent';

/** `since` of a remote that is not paused is since when it gives no answer. */
export function remoteState(remote: Pick<Shape['Remote'], 'paused' | 'since'>): RemoteState {
  if (remote.paused) return 'paused';
  return remote.since ? 'silent' : 'fresh';
}

/** The remote that needs a look most: a silent one before a paused one before one that is well. */
export function worstOf(remotes: Shape['Remote'][]): {name: string; state: RemoteState} | null {
  const order: RemoteState[] = ['silent', 'paused', 'fresh'];
  for (const state of order) {
    const found = remotes.find(remote => remoteState(remote) === state);
    if (found) return {name: found.name, state};
  }
  return null;
}
