/** An address as it may be shown: without its password. */
export function withoutPassword(address: string): string {
  return address.replace(/^([a-z+-]+:\/\/[^:@/]*):[^@/]*@/i, '$1:***@');
}
