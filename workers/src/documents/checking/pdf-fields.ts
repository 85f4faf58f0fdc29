import {
  PDFDict,
  type PDFDocument,
  PDFDropdown,
  type PDFField,
  type PDFFont,
  type PDFForm,
  PDFName,
  PDFOptionList,
  PDFRef,
  PDFSignature,
  PDFStream,
  PDFTextField,
  type PDFWidgetAnnotation,
} from 'pdf-lib';
import { FileRejected } from './checked-file.ts';

/**
 * Gives the fields of a form appearances where a viewer would make them: the values stand in the fields (`/V`), and the form in the catalogue,
 * which the copy does not have.
 * @throws FileRejected PDF_FORM_UNREADABLE: a value that is shown cannot be drawn (letters outside of Latin-1 without an appearance)
 */
export function drawFields(source: PDFDocument): void {
  if (!(source.catalog.lookup(PDFName.of('AcroForm')) instanceof PDFDict)) return;
  const form = source.getForm();
  addFieldsOfPages(source, form);
  const redraw = form.acroForm.dict.lookup(PDFName.of('NeedAppearances'))?.toString() === 'true';
  for (const field of form.getFields()) {
    const drawn = field.acroField.getWidgets().every(hasAppearance);
    if (drawn && !(redraw && hasText(field))) continue;
    // A signature without an appearance is invisible on purpose.
    if (!(field instanceof PDFSignature)) draw(form, field, drawn);
  }
}

function draw(form: PDFForm, field: PDFField, drawn: boolean): void {
  try {
    const font = form.getDefaultFont();
    if (!canDraw(font, field)) throw new Error('the standard font lacks a letter');
    field.defaultUpdateAppearances(font);
  } catch (error) {
    if (!drawn) throw new FileRejected('PDF_FORM_UNREADABLE', error);
  }
}

/** The library would draw a question mark for each letter that the font lacks. */
function canDraw(font: PDFFont, field: PDFField): boolean {
  const letters = new Set(font.getCharacterSet());
  return textsOf(field).every((text) =>
    [...text.replaceAll(/\s/g, '')].every((letter) => letters.has(letter.codePointAt(0) ?? 0)),
  );
}

function textsOf(field: PDFField): string[] {
  if (field instanceof PDFTextField) return [field.getText() ?? ''];
  if (field instanceof PDFDropdown) return field.getSelected();
  if (field instanceof PDFOptionList) return field.getOptions();
  return [];
}

/** Viewers show fields that stand on a page only, and not in the form's list. */
function addFieldsOfPages(source: PDFDocument, form: PDFForm): void {
  const listed = new Set(form.acroForm.getAllFields().map(([{ dict }]) => dict));
  for (const { node } of source.getPages()) {
    for (const annotation of node.Annots()?.asArray() ?? []) {
      const dict = source.context.lookup(annotation);
      if (!(dict instanceof PDFDict) || listed.has(dict) || !dict.has(PDFName.of('FT'))) continue;
      form.acroForm.addField(annotation instanceof PDFRef ? annotation : source.context.register(dict));
      listed.add(dict);
    }
  }
}

/** Only text and choices are drawn again by viewers: a button's states are its own drawings. */
function hasText(field: PDFField): boolean {
  return field instanceof PDFTextField || field instanceof PDFDropdown || field instanceof PDFOptionList;
}

function hasAppearance(widget: PDFWidgetAnnotation): boolean {
  const appearance = widget.AP()?.lookup(PDFName.of('N'));
  return appearance instanceof PDFStream || appearance instanceof PDFDict;
}
