// Forms that the browser does not submit, since a field is not valid.
const refusals = new WeakMap(); // form -> its first field that was not valid; null once it was submitted
const submitAsked = (form) => refusals.delete(form);
const fieldRefused = ({ target }) => {
  if (target.form && refusals.get(target.form) === undefined) refusals.set(target.form, target);
};
const formSubmitted = ({ target }) => refusals.set(target, null);
// refusal says why a form was not submitted since it was asked to, or "".
const refusal = (form) => {
  const field = refusals.get(form);
  if (!field || !matches(field, ':invalid')) return '';
  return `the form was not submitted, since ${name(field)} is not valid: ${field.validationMessage || 'the browser does not say why'}`;
};
