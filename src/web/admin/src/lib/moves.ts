// Which column of the kanban leads where, and which command that is. The program judges; this only
// keeps a card from being let go where no command would take it.

export const states = ['draft', 'sent', 'agreed', 'invoiced', 'partly_paid', 'paid'] as const;

export type Move = 'send' | 'recall' | 'agree' | 'invoice' | 'cancel';

const steps: Record<string, Partial<Record<string, Move>>> = {
  draft: {sent: 'send', cancelled: 'cancel'},
  sent: {draft: 'recall', agreed: 'agree', cancelled: 'cancel'},
  agreed: {invoiced: 'invoice', cancelled: 'cancel'},
  invoiced: {cancelled: 'cancel'},
};

export function moveFor(from: string, to: string): Move | null {
  return steps[from]?.[to] ?? null;
}

/** What can be done with a report in this state, the common step first. */
export function movesOf(state: string): Move[] {
  return Object.values(steps[state] ?? {}) as Move[];
}
