/** Fixes of one stack: sent, and found in its database at the end. */
export interface Ledger {
  readonly subject: string;
  readonly sent: number;
  readonly stored: number;
}

export const addsUp = ({ sent, stored }: Omit<Ledger, 'subject'>): boolean => sent === stored;

export const ledgerText = ({ subject, ...ledger }: Ledger): string =>
  `ledger of ${subject}: ${ledger.sent} fixes sent, ${ledger.stored} stored${addsUp(ledger) ? '' : '  ← differs'}`;
