/** Copies go in and copies come out, as plain as they would come from a database. */
export function copy<Value>(value: Value): Value {
  return JSON.parse(JSON.stringify(value)) as Value
}
