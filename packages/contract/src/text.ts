import { z } from 'zod';
import * as LIMITS from './limits.ts';

/**
 * Characters that show nothing by themselves or turn what follows around; phones and spreadsheets copy them along with a name. Kept are the
 * joiners of Persian, Indian scripts and emoji (U+200C, U+200D) and variation selectors.
 */
const INVISIBLE =
  /(?![\u200c\u200d]|\p{Variation_Selector})\p{Default_Ignorable_Code_Point}|[\u2800\ufff9-\ufffb]/gu;
/** A letter, digit, mark, sign or punctuation: something to read. */
const READABLE = /[\p{L}\p{N}\p{P}\p{S}]/u;
const CONTROL = /[\p{Cc}\p{Zl}\p{Zp}]/u;
/** Line ends and tabs belong to a text of several lines. */
const CONTROL_IN_LINES = /(?![\n\r\t])\p{Cc}/u;

/** In one Unicode form, without invisible characters and surrounding blanks. */
export const shownText = (text: string): string =>
  text.isWellFormed() ? text.normalize('NFC').replaceAll(INVISIBLE, '').trim() : text;

function textOf(max: number, control: RegExp) {
  return z
    .string()
    .overwrite(shownText)
    .min(1)
    .max(max)
    .refine((text) => text.isWellFormed() && !control.test(text), 'must not contain control characters')
    .refine((text) => READABLE.test(text), 'must contain something that can be read');
}

/** One line for people: a name, a vehicle, a plate. */
export const lineOfText = (max: number) => textOf(max, CONTROL);
/** Why something is done, for people: may have several lines. */
export const reasonText = textOf(LIMITS.reasonLength, CONTROL_IN_LINES).describe('why, for people');
/** Body of an action that needs nothing but its reason. */
export const reasonSchema = z.strictObject({ reason: reasonText });

/**
 * One form of a login, however it is written: compatibility forms (full-width letters, ligatures), composed or decomposed accents, letter
 * case, and the blanks, dashes and brackets of a phone number.
 */
export function loginForm(text: string): string {
  // The small form of the Turkish İ is an i with a dot above it.
  const lower = shownText(text.normalize('NFKC').toLowerCase()).normalize('NFKC').replaceAll('i\u0307', 'i');
  const number = lower.replace(/\(0\)/, '').replaceAll(/[\s()./\u2010-\u2015-]/g, '');
  return /^\+\d+$/.test(number) ? number : lower;
}

/**
 * A BCP 47 tag in its canonical form, with the extensions that phones add to it (`en-US-u-mu-celsius`); the names of POSIX (`de_DE.UTF-8`) are
 * read too. Readers use the language and the region and ignore the rest.
 */
export const localeSchema = z
  .string()
  .max(100)
  .overwrite((text) => canonicalLocale(text) ?? text)
  .refine((text) => canonicalLocale(text) !== undefined, 'must be a BCP 47 language tag')
  .describe('BCP 47');

function canonicalLocale(text: string): string | undefined {
  try {
    return Intl.getCanonicalLocales(text.replace(/[.@].*$/s, '').replaceAll('_', '-'))[0];
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}
