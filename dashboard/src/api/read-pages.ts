import { type CallOptions, call } from './http.ts';

/** Reads a whole list by its cursor, at most `maxPages` pages. `more`: there are further pages. @throws CodedError as `call` */
export async function readPages<Body extends { readonly next: string | null }, Item>(
  path: string,
  query: Readonly<Record<string, string>>,
  schema: { parse(value: unknown): Body },
  about: { itemsOf: (body: Body) => readonly Item[]; maxPages: number; options: CallOptions },
): Promise<{ readonly items: Item[]; readonly more: boolean }> {
  const items: Item[] = [];
  let cursor: string | null = null;
  for (let page = 0; page < about.maxPages; page += 1) {
    const pageQuery = new URLSearchParams({ ...query, ...(cursor === null ? {} : { cursor }) });
    const body: Body = await call(`${path}?${pageQuery}`, schema, about.options);
    items.push(...about.itemsOf(body));
    cursor = body.next;
    if (cursor === null) break;
  }
  return { items, more: cursor !== null };
}
