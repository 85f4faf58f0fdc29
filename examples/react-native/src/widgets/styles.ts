import { StyleSheet } from 'react-native';

export const COLOURS = {
  ink: '#16202a',
  muted: '#5c6b7a',
  line: '#ccd4dc',
  accent: '#0b5fff',
  bad: '#b3261e',
  page: '#ffffff',
};

export const styles = StyleSheet.create({
  page: { flex: 1, backgroundColor: COLOURS.page },
  content: { padding: 16, gap: 12 },
  card: { borderWidth: 1, borderColor: COLOURS.line, borderRadius: 12, padding: 16, gap: 8 },
  row: { flexDirection: 'row', gap: 8, alignItems: 'center' },
  title: { fontSize: 20, fontWeight: '600', color: COLOURS.ink },
  text: { fontSize: 16, color: COLOURS.ink },
  muted: { fontSize: 14, color: COLOURS.muted },
  bad: { fontSize: 14, color: COLOURS.bad },
  figure: { fontSize: 28, fontWeight: '700', color: COLOURS.ink },
  input: {
    borderWidth: 1,
    borderColor: COLOURS.line,
    borderRadius: 8,
    paddingHorizontal: 12,
    // The least size of a touch target on both systems.
    minHeight: 48,
    fontSize: 16,
    color: COLOURS.ink,
  },
  button: {
    minHeight: 48,
    flexGrow: 1,
    borderRadius: 8,
    paddingHorizontal: 16,
    alignItems: 'center',
    justifyContent: 'center',
    borderWidth: 1,
    borderColor: COLOURS.accent,
  },
  primary: { backgroundColor: COLOURS.accent },
  disabled: { opacity: 0.5 },
  buttonText: { fontSize: 16, fontWeight: '600', color: COLOURS.accent },
  primaryText: { color: COLOURS.page },
});
