// The alias of TypeScript 6: version 7 has no compiler API.
import ts from 'typescript';

/** Types that have a name in the contract, found again by their identity where zod has inferred them inside another type. */
export class NamedTypes {
  readonly #names = new Map<string, string>();
  readonly #ids = new Map<ts.Type, number>();

  /** Types without parts (`string`, `number`) are not named: every string would be printed as the first of them. */
  add(name: string, type: ts.Type): void {
    if ((type.flags & (ts.TypeFlags.Object | ts.TypeFlags.UnionOrIntersection)) === 0) return;
    const key = this.#keyOf(type.isUnion() ? type.types : [type]);
    if (!this.#names.has(key)) this.#names.set(key, name);
  }

  /** The name of a type, or of the union of `types`. */
  nameOf(types: readonly ts.Type[]): string | undefined {
    return this.#names.get(this.#keyOf(types));
  }

  #keyOf(types: readonly ts.Type[]): string {
    const ids = types.map((type) => {
      const known = this.#ids.get(type);
      if (known !== undefined) return known;
      this.#ids.set(type, this.#ids.size);
      return this.#ids.size - 1;
    });
    return ids.toSorted((a, b) => a - b).join(' ');
  }
}

/**
 * Prints what zod infers as a type that needs no zod: members with their comments, brands as names. TypeScript's own printer leaves
 * `z.infer<typeof …>` or prints `$brand`, and drops comments.
 */
export class TypePrinter {
  readonly #checker: ts.TypeChecker;
  readonly #named: NamedTypes;

  constructor(checker: ts.TypeChecker, named: NamedTypes) {
    this.#checker = checker;
    this.#named = named;
  }

  /** The type as its members, even if it has a name itself. */
  structureOf(type: ts.Type): string {
    const brand = this.#brandOf(type);
    if (brand !== undefined) return `string & { readonly [brand]: ${JSON.stringify(brand)} }`;
    return type.isUnion() ? this.#union(type, '', true) : this.#parts(type, '');
  }

  #print(type: ts.Type, indent: string): string {
    return this.#brandOf(type) ?? this.#named.nameOf([type]) ?? this.#parts(type, indent);
  }

  #parts(type: ts.Type, indent: string): string {
    if (type.isUnion()) return this.#union(type, indent);
    if (type.isIntersection()) return type.types.map((part) => this.#print(part, indent)).join(' & ');
    if (this.#checker.isTupleType(type)) return this.#tuple(type as ts.TupleTypeReference, indent);
    if (this.#checker.isArrayType(type)) return this.#array(type as ts.TypeReference, indent);
    if (type.flags & ts.TypeFlags.Object && type.getCallSignatures().length === 0 && !isOfLibrary(type))
      return this.#object(type, indent);
    return this.#checker.typeToString(type, undefined, ts.TypeFormatFlags.NoTruncation);
  }

  /** @param isRoot print its members, though the union has a name */
  #union(type: ts.UnionType, indent: string, isRoot = false): string {
    if (type.flags & ts.TypeFlags.Boolean) return 'boolean';
    const isEmpty = (part: ts.Type) => (part.flags & (ts.TypeFlags.Undefined | ts.TypeFlags.Null)) !== 0;
    const empty = type.types.filter(isEmpty);
    const rest = type.types.filter((part) => !isEmpty(part));
    const name = rest.length > 1 && !isRoot ? this.#named.nameOf(rest) : undefined;
    const printed = name === undefined ? rest.map((part) => this.#print(part, indent)) : [name];
    return [...withBoolean(printed), ...empty.map((part) => this.#checker.typeToString(part))].join(' | ');
  }

  #array(type: ts.TypeReference, indent: string): string {
    const [element] = this.#checker.getTypeArguments(type);
    const printed = element === undefined ? 'unknown' : this.#print(element, indent);
    const isReadonly = type.symbol.name === 'ReadonlyArray';
    const isPlain = /^[\w.]+$/.test(printed);
    return `${isReadonly ? 'readonly ' : ''}${isPlain ? printed : `(${printed})`}[]`;
  }

  #tuple(type: ts.TupleTypeReference, indent: string): string {
    const { elementFlags, labeledElementDeclarations, readonly } = type.target;
    const elements = this.#checker.getTypeArguments(type).map((element, at) => {
      const flags = elementFlags[at] ?? ts.ElementFlags.Required;
      const label = labeledElementDeclarations?.[at]?.name.getText();
      const printed = this.#print(element, indent);
      const isRest = (flags & ts.ElementFlags.Rest) !== 0;
      const value = isRest ? `(${printed})[]` : printed;
      const mark = flags & ts.ElementFlags.Optional ? '?' : '';
      return `${isRest ? '...' : ''}${label === undefined ? `${value}${mark}` : `${label}${mark}: ${value}`}`;
    });
    return `${readonly ? 'readonly ' : ''}[${elements.join(', ')}]`;
  }

  #object(type: ts.Type, indent: string): string {
    const inner = `${indent}  `;
    const indexes = this.#checker
      .getIndexInfosOfType(type)
      .map(
        ({ keyType, type: value }) =>
          `${inner}[key: ${this.#checker.typeToString(keyType)}]: ${this.#print(value, inner)};`,
      );
    const members = this.#checker.getPropertiesOfType(type).map((member) => this.#property(member, inner));
    const lines = [...indexes, ...members];
    return lines.length === 0 ? '{}' : `{\n${lines.join('\n')}\n${indent}}`;
  }

  #property(member: ts.Symbol, indent: string): string {
    const comment = ts.displayPartsToString(member.getDocumentationComment(this.#checker)).trim();
    const name = /^[A-Za-z_$][\w$]*$/.test(member.name) ? member.name : JSON.stringify(member.name);
    const mark = member.flags & ts.SymbolFlags.Optional ? '?' : '';
    const printed = this.#print(this.#checker.getTypeOfSymbol(member), indent);
    return `${commentLines(comment, indent)}${indent}${name}${mark}: ${printed};`;
  }

  /** `TripId` of `string & z.core.$brand<'TripId'>`. */
  #brandOf(type: ts.Type): string | undefined {
    if (!type.isIntersection()) return undefined;
    for (const part of type.types) {
      const member = part.getProperties().find(({ name }) => name.startsWith('__@$brand'));
      if (member) return this.#checker.getTypeOfSymbol(member).getProperties()[0]?.name;
    }
    return undefined;
  }
}

function commentLines(comment: string, indent: string): string {
  if (comment === '') return '';
  const lines = comment.split('\n');
  if (lines.length === 1) return `${indent}/** ${comment} */\n`;
  return `${indent}/**\n${lines.map((line) => `${indent} * ${line}\n`).join('')}${indent} */\n`;
}

/** A union lists `true` and `false` apart. */
function withBoolean(printed: readonly string[]): string[] {
  if (!printed.includes('true') || !printed.includes('false')) return [...printed];
  return [...printed.filter((part) => part !== 'true' && part !== 'false'), 'boolean'];
}

/** Date, Map, Uint8Array: declared by the language. */
function isOfLibrary(type: ts.Type): boolean {
  const [declaration] = type.symbol?.declarations ?? [];
  if (declaration === undefined) return false;
  return /\/lib\.[a-z0-9.]+\.d\.ts$/.test(declaration.getSourceFile().fileName);
}
