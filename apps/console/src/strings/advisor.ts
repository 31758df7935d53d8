/** The advisor's own labels; questions, reasons and advice come from `hallpass/inspect`, as on the command line. */

export const strings = {
  title: 'Advisor',
  lead: 'At most seven questions, each only where it matters. Nothing is sent anywhere: your answers are in the address of this page, and nowhere else.',
  begin: 'Or start from a typical team',
  so: 'So far',
  number: (number: number) => `Question ${number}`,
  chosen: 'your answer',
  back: 'Back',
  again: 'Start over',
  change: 'Change',
  changeOf: (question: string) => `Change the answer to: ${question}`,
  advice: 'The advice',
  because: (answer: string) => `because you said: ${answer}`,
  copy: 'Copy',
  copyOf: (name: string) => `Copy ${name}`,
  copied: (name: string) => `${name} is copied.`,
  notCopied: (name: string) => `${name} could not be copied: mark it, and copy it yourself.`,
  placeholders: 'What stands in angle brackets is yours to put there.',
  comparison: 'How the ways compare, measured side by side',
}
