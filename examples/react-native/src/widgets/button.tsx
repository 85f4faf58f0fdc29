import { Pressable, Text } from 'react-native';
import { styles } from './styles.ts';

interface Props {
  readonly title: string;
  readonly onPress: () => void;
  readonly isPrimary?: boolean;
  readonly isDisabled?: boolean;
}

export function Button({ title, onPress, isPrimary = false, isDisabled = false }: Props) {
  return (
    <Pressable
      accessibilityRole="button"
      accessibilityState={{ disabled: isDisabled }}
      disabled={isDisabled}
      onPress={onPress}
      style={[styles.button, isPrimary && styles.primary, isDisabled && styles.disabled]}
    >
      <Text style={[styles.buttonText, isPrimary && styles.primaryText]}>{title}</Text>
    </Pressable>
  );
}
