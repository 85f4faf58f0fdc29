/** Shows a notification of the device while the window is hidden. Needs the person's permission; does nothing without. */
export async function alertDevice(text: string, icon: string, tag: string): Promise<void> {
  if (!document.hidden || !('Notification' in globalThis) || Notification.permission !== 'granted') return;
  const registration = await navigator.serviceWorker?.getRegistration();
  // Phones allow it through the service worker only.
  if (registration !== undefined) await registration.showNotification(text, { icon, tag });
  else new Notification(text, { icon, tag });
}
