/** For the TypeScript that imports format-value.js; `browser/tsconfig.json` checks that file itself. */
export declare function formatNumber(value: number): string;
export declare function formatClock(seconds: number): string;
export declare function formatValue(value: number | null, unit: string): string;
