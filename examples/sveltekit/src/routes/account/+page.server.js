export function load({ locals }) {
  return { subject: locals.auth.require().subject }
}
