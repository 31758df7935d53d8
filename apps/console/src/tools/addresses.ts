export const tools = ['decoder', 'json', 'requests', 'advisor', 'comparison'] as const
export type Tool = (typeof tools)[number]

/** Where a tool is; null: the page that lists them. On another host they are files side by side. */
export function toolAddress(tool: Tool | null): string {
  if (servedByHallpass) return tool === null ? '/tools' : `/tools/${tool}`
  return `./${tool ?? 'index'}.html`
}
