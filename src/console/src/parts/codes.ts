/** As people write codes down and read them to each other: in fours. */
export function inFours(code: string): string {
  return code.replace(/(.{4})(?=.)/g, '$1 ');
}
