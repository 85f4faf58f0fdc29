import {
  PDFArray,
  PDFCheckBox,
  PDFDict,
  type PDFDocument,
  PDFDropdown,
  type PDFField,
  type PDFFont,
  type PDFForm,
  PDFName,
  PDFOptionList,
  PDFRadioGroup,
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
    if (field instanceof PDFRadioGroup || field instanceof PDFCheckBox) {
      drawButtons(form, field);
      continue;
    }
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

const OFF = PDFName.of('Off');
const AP = PDFName.of('AP');
const AS = PDFName.of('AS');

/** Whether a check box or radio button has a drawing of the state that it is in; nothing is drawn for one that is off. */
function showsItsState(widget: PDFWidgetAnnotation): boolean {
  const appearance = widget.AP()?.lookup(PDFName.of('N'));
  if (appearance instanceof PDFStream) return true;
  if (!(appearance instanceof PDFDict)) return false;
  const state = widget.getAppearanceState() ?? OFF;
  const drawn = (key: PDFName) => appearance.lookup(key) instanceof PDFStream;
  // A state that the button does not have is shown as off, by viewers too.
  return state === OFF || drawn(state) || (!appearance.has(state) && appearance.keys().some(drawn));
}

/** Draws the buttons of a field that have no drawing of their state; the library redraws all, so that the others get theirs back. */
function drawButtons(form: PDFForm, field: PDFRadioGroup | PDFCheckBox): void {
  const widgets = field.acroField.getWidgets();
  if (widgets.every(showsItsState)) return;
  const kept = widgets
    .filter(showsItsState)
    .map(({ dict }) => [dict, ...[AP, AS].map((key) => dict.get(key))] as const);
  nameStates(field, widgets);
  draw(form, field, false);
  for (const [dict, appearances, state] of kept) {
    if (appearances !== undefined) dict.set(AP, appearances);
    if (state === undefined) dict.delete(AS);
    else dict.set(AS, state);
  }
}

/**
 * Gives each button an empty appearance that names its state: the library draws only states that an appearance names, so that radio buttons without
 * one would vanish from the copy, the chosen one included.
 * @throws FileRejected PDF_FORM_UNREADABLE: one of them is chosen, and the file does not say which
 */
function nameStates(field: PDFRadioGroup | PDFCheckBox, widgets: readonly PDFWidgetAnnotation[]): void {
  const value = field.acroField.dict.lookup(PDFName.of('V'));
  const chosen = value instanceof PDFName && value !== OFF ? value : undefined;
  const isOn = widgets.map((widget, index) => {
    const state = widget.getAppearanceState();
    if (state !== undefined) return state !== OFF;
    if (chosen === undefined) return false;
    return field instanceof PDFCheckBox || widget.getOnValue() === chosen || isNumbered(field, chosen, index);
  });
  const isUnknown = (widget: PDFWidgetAnnotation) =>
    !showsItsState(widget) && widget.getAppearanceState() === undefined;
  if (chosen !== undefined && !isOn.includes(true) && widgets.some(isUnknown))
    throw new FileRejected('PDF_FORM_UNREADABLE');
  for (const [index, widget] of widgets.entries()) {
    const state = widget.getAppearanceState() ?? OFF;
    const on = widget.getOnValue() ?? (state === OFF ? PDFName.of(`State${index}`) : state);
    const states = widget.dict.context.obj({});
    states.set(on, widget.dict.context.obj({}));
    widget.dict.set(AP, widget.dict.context.obj({ N: states }));
    widget.setAppearanceState(isOn[index] ? on : OFF);
  }
}

/** With a list of options, the states of radio buttons are the numbers of their options (ISO 32000-2, 12.7.5.2.4). */
function isNumbered(field: PDFRadioGroup, chosen: PDFName, index: number): boolean {
  const options = field.acroField.dict.lookup(PDFName.of('Opt'));
  return options instanceof PDFArray && chosen.decodeText() === String(index);
}
