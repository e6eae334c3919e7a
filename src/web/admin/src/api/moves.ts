import {client, tagged} from './client';
import type {Move} from '../lib/moves';

export interface Words {
  reason?: string;
  accept?: string[];
}

/** One move of one report, with the tag of what the person saw. */
export function move(id: number, what: Move, etag: string, words: Words = {}) {
  const params = {path: {id}, header: {'If-Match': etag}};
  if (what === 'send') return tagged(client.POST('/reports/{id}/send', {params, body: words.accept?.length ? {accept: words.accept} : {}}));
  if (what === 'recall') return tagged(client.POST('/reports/{id}/recall', {params, body: {}}));
  if (what === 'agree') return tagged(client.POST('/reports/{id}/agree', {params, body: {}}));
  if (what === 'invoice') return tagged(client.POST('/reports/{id}/invoice', {params, body: {}}));
  return tagged(client.POST('/reports/{id}/cancel', {params, body: {reason: words.reason ?? ''}}));
}
