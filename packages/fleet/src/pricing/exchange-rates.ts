/**
 * Units of a currency for one US dollar, where they are not about one: market rates of 2024 and 2025, roughly. They
 * scale the default tariff alone, so that a region with another currency starts with amounts of a plausible size (decision 0150); no stored amount
 * is ever converted.
 */
const RATES = `
  AED 3.7, AFN 70, ALL 90, AMD 400, AOA 900, ARS 1000, AUD 1.5, AWG 1.8, AZN 1.7, BAM 1.8, BBD 2, BDT 120, BGN 1.8, BHD 0.4,
  BIF 3000, BND 1.3, BOB 7, BRL 5.5, BTN 85, BWP 14, BYN 3, BZD 2, CAD 1.4, CDF 2800, CLP 950, CNY 7, COP 4000, CRC 500, CUP 24,
  CVE 100, CZK 22, DJF 180, DKK 7, DOP 60, DZD 130, EGP 50, ERN 15, ETB 130, FJD 2.3, GEL 2.7, GHS 12, GMD 70, GNF 8600, GTQ 8,
  GYD 200, HKD 8, HNL 25, HTG 130, HUF 350, IDR 16000, ILS 3.5, INR 85, IQD 1300, IRR 42000, ISK 130, JMD 160, JOD 0.7, JPY 150,
  KES 130, KGS 87, KHR 4000, KMF 450, KPW 900, KRW 1400, KWD 0.3, KZT 500, LAK 21000, LBP 90000, LKR 300, LRD 190, LSL 18, LYD 5,
  MAD 10, MDL 17, MGA 4500, MKD 55, MMK 2100, MNT 3500, MOP 8, MRU 40, MUR 45, MVR 15, MWK 1700, MXN 19, MYR 4.4, MZN 64, NAD 18,
  NGN 1500, NIO 37, NOK 10, NPR 135, NZD 1.7, OMR 0.4, PEN 3.7, PGK 4, PHP 57, PKR 280, PLN 4, PYG 7500, QAR 3.6, RON 4.6, RSD 107,
  RUB 90, RWF 1400, SAR 3.8, SBD 8, SCR 14, SDG 600, SEK 10, SGD 1.3, SLE 23, SOS 570, SRD 36, SSP 4000, STN 22, SVC 8.8,
  SYP 13000, SZL 18, THB 34, TJS 10, TMT 3.5, TND 3, TOP 2.4, TRY 40, TTD 6.8, TWD 31, TZS 2600, UAH 41, UGX 3700, UYU 42,
  UZS 12600, VED 100, VES 100, VND 25000, VUV 120, WST 2.7, XAF 600, XCD 2.7, XCG 1.8, XOF 600, XPF 110, YER 530, ZAR 18, ZMW 26,
  ZWG 27`;

const UNITS_PER_DOLLAR: ReadonlyMap<string, number> = new Map(
  RATES.split(',').map((pair): [string, number] => {
    const [code = '', units] = pair.trim().split(' ');
    return [code, Number(units)];
  }),
);

/** Units of `currency` for one US dollar, roughly; 1 for a currency that is not listed. */
export function unitsPerDollar(currency: string): number {
  return UNITS_PER_DOLLAR.get(currency) ?? 1;
}
