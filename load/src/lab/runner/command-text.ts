const PLAIN_WORD = /^[\w@%+=:,./-]+$/;

/** A command as a shell takes it: words that it would change or split are quoted (POSIX). */
export function commandText(program: string, args: readonly string[]): string {
  return [program, ...args.map(quoted)].join(' ');
}

const quoted = (word: string) =>
  PLAIN_WORD.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
