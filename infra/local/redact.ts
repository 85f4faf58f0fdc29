/** An address with its password hidden, for output. */
export function withoutPassword(address: string): string {
  return address.replace(/^([a-z+-]+:\/\/[^:@/]*):[^@/]*@/i, '$1:***@');
}
