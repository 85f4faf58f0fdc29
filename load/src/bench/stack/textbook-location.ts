import mongoose from 'mongoose';

/** What tutorials keep of a fix: a document of its own, by mongoose. */
const FIX = { driverId: String, boot: String, seq: Number, t: Number, lat: Number, lng: Number } as const;

export const locationSchema = () => new mongoose.Schema(FIX);

/** With all that a phone reports. */
export const wholeLocationSchema = () =>
  new mongoose.Schema({ ...FIX, speed: Number, heading: Number, accuracy: Number });
