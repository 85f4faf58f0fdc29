import mongoose from 'mongoose';

/** What tutorials store of a fix: a mongoose document of its own. */
const FIX = { driverId: String, boot: String, seq: Number, t: Number, lat: Number, lng: Number } as const;

export const locationSchema = () => new mongoose.Schema(FIX);

/** With everything that a phone reports. */
export const wholeLocationSchema = () =>
  new mongoose.Schema({ ...FIX, speed: Number, heading: Number, accuracy: Number });
