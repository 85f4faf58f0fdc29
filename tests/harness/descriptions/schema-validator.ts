import ajv from '@redocly/ajv';
import ajv2020 from '@redocly/ajv/dist/2020.js';

/** CommonJS modules: their classes are also their `default`. */
const CLASSES = { 'draft-2020-12': ajv2020.default, 'draft-07': ajv.default };

/**
 * Validates with the schemas of a document: OpenAPI 3.1 has those of JSON Schema 2020-12, AsyncAPI 3 those of draft 07.
 * @returns of a reference within the document and a value: the faults of the value, none when it is valid
 */
export function validatorOf(
  document: object,
  dialect: keyof typeof CLASSES,
): (reference: string, value: unknown) => string[] {
  const validator = new CLASSES[dialect]({ strict: false, validateFormats: false, allErrors: true });
  // An AsyncAPI document has an `id` of its own, which would be taken for that of a schema.
  const { id: _id, ...rest } = document as { readonly id?: string };
  validator.addSchema({ ...rest, $id: 'document:' });
  return (reference, value) => {
    const validate = validator.compile({ $ref: `document:${reference}` });
    if (validate(value)) return [];
    return (validate.errors ?? []).map(
      ({ instancePath, message, params }) => `${instancePath} ${message} ${JSON.stringify(params)}`,
    );
  };
}
