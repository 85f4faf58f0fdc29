import { z } from 'zod';

/**
 * Active currencies of ISO 4217 (list one), by the digits of their minor unit. Funds codes, metals and test codes are left out. Not `Intl`: it
 * lists withdrawn currencies, and gives some currencies (IQD, LAK, RSD) the digits that are in use instead of those of the standard.
 */
const CODES_BY_DIGITS: Readonly<Record<0 | 2 | 3, string>> = {
  0: 'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF',
  2: `AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CNY COP CRC CUP CVE CZK DKK DOP DZD
    EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD
    MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK
    SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD UYU UZS VED VES WST XCD XCG YER ZAR ZMW ZWG`,
  3: 'BHD IQD JOD KWD LYD OMR TND',
};

const MINOR_DIGITS: ReadonlyMap<string, number> = new Map(
  ([0, 2, 3] as const).flatMap((digits) =>
    CODES_BY_DIGITS[digits].split(/\s+/).map((code): [string, number] => [code, digits]),
  ),
);

/** Whether a code is an active currency of ISO 4217. */
export function isCurrency(code: string): boolean {
  return MINOR_DIGITS.has(code);
}

/**
 * Digits of a currency's minor unit: an amount in major units is `minor / 10 ** minorDigits(currency)`. JPY 0, USD 2, KWD 3; 2 for a code that
 * is not in ISO 4217.
 */
export function minorDigits(currency: string): number {
  return MINOR_DIGITS.get(currency) ?? 2;
}

/** An amount of money. */
export const minorAmount = z
  .int()
  .nonnegative()
  .describe("an integer of the currency's minor units (ISO 4217)");
