/** What the file `bench.ts` of every bench exports as `bench`. */
export interface Bench {
  readonly name: string;
  /** One line for the list of benches. */
  readonly summary: string;
  /** Flags of this bench alone, each with one line of help. All benches take --quick, --json and --keep. */
  readonly options: Readonly<Record<string, string>>;
  run(options: BenchRunOptions): Promise<BenchOutcome>;
}

export interface BenchRunOptions {
  /** Shorter runs and fewer rounds: whether the bench works here, not figures to keep. */
  readonly quick: boolean;
  /** The bench's own flags that were given. */
  readonly flags: ReadonlySet<string>;
  readonly onProgress: (line: string) => void;
  /** Ends the bench within the step under way; everything that it started is stopped. */
  readonly signal: AbortSignal;
}

/** What a bench found: for people, for programs, and as charts. */
export interface BenchOutcome {
  readonly text: string;
  readonly json: object;
  /** False when something happened that must never happen (a lost fix): the command exits with 1. A missed target is not that. */
  readonly ok: boolean;
  readonly plots?: readonly Plot[];
  /** Further files for docs/bench, by their whole name. */
  readonly files?: readonly { readonly name: string; readonly text: string }[];
}

export interface Plot {
  /** File name in docs/bench, without `.svg`. */
  readonly name: string;
  readonly svg: string;
}
