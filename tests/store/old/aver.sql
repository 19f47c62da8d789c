BEGIN TRANSACTION;
CREATE TABLE jobs (
	id VARCHAR(26) NOT NULL, 
	session VARCHAR(64) NOT NULL, 
	state VARCHAR(10) NOT NULL, 
	stopping BOOLEAN NOT NULL, 
	analysis VARCHAR(10) NOT NULL, 
	options JSON NOT NULL, 
	names JSON NOT NULL, 
	files JSON NOT NULL, 
	kind VARCHAR(10) NOT NULL, 
	seconds DOUBLE, 
	progress JSON NOT NULL, 
	worker VARCHAR(64), 
	heartbeat DATETIME, 
	attempts INTEGER NOT NULL, 
	error JSON, 
	headline JSON, 
	created DATETIME NOT NULL, 
	started DATETIME, 
	ended DATETIME, 
	expires DATETIME NOT NULL, 
	PRIMARY KEY (id)
);
INSERT INTO "jobs" VALUES('01M8CHS4PYGM6R13Y8A3QQF14S','0123456789abcdef0123456789abcdef','done',0,'image','{"analysis": "image", "fps": 4.0, "max_frames": null, "seconds": null, "voice_model": "default", "face_model": "default", "video_model": "default", "denoise": false, "min_face": 24, "max_blur": 0.9, "min_light": 0.08, "annotate": false, "blur_faces": false, "explain": null}','["sample.jpg"]','["6a6c1224c6083fd3bfa5f9567e1df1c3"]','image',NULL,'{"stage": "done", "seconds": 0.0, "total": null, "faces": 1, "utterances": 0}','513f8c0daac81d5e:c64b8876f894','2026-11-26 18:27:18.951170',1,'null','{"label": "happy", "score": 0.999642, "certain": true, "filled": 0.999642, "text": "Reads as happy", "share": "over 99 %"}','2026-11-26 18:27:12.827157','2026-11-26 18:27:15.309176','2026-11-26 18:27:18.975446','2026-11-27 18:27:18.975446');
INSERT INTO "jobs" VALUES('01M8CHS4VXM8X69GPMQWMQBFFM','0123456789abcdef0123456789abcdef','refused',0,'auto','{"analysis": "auto", "fps": 4.0, "max_frames": null, "seconds": null, "voice_model": "default", "face_model": "default", "video_model": "default", "denoise": false, "min_face": 24, "max_blur": 0.9, "min_light": 0.08, "annotate": false, "blur_faces": false, "explain": null}','["notes.txt"]','[]','',NULL,'{"stage": "received", "seconds": 0.0, "total": null, "faces": 0, "utterances": 0}',NULL,NULL,0,'{"code": "not_media", "message": "\u201cnotes.txt\u201d is not a recording or picture we can read: it looks like plain text.", "hint": "Send sound (wav, mp3, flac, m4a, ogg, opus), a picture (jpg, png, webp) or video (mp4, mov, webm, mkv, avi).", "status": 422}','null','2026-11-26 18:27:12.893558',NULL,NULL,'2026-11-27 18:27:12.893558');
INSERT INTO "jobs" VALUES('01M8CHSBMMZSKN5AANHZS12375','0123456789abcdef0123456789abcdef','cancelled',0,'image','{"analysis": "image", "fps": 4.0, "max_frames": null, "seconds": null, "voice_model": "default", "face_model": "default", "video_model": "default", "denoise": false, "min_face": 24, "max_blur": 0.9, "min_light": 0.08, "annotate": false, "blur_faces": false, "explain": null}','["sample.jpg"]','["384c47fa99ecab94db65bc64774dbbf4"]','image',NULL,'{"stage": "received", "seconds": 0.0, "total": null, "faces": 0, "utterances": 0}',NULL,NULL,0,'null','null','2026-11-26 18:27:19.843514',NULL,'2026-11-26 18:27:19.878390','2026-11-27 18:27:19.843514');
INSERT INTO "jobs" VALUES('01M8CHSBPTS5B3ARPV33QGM0T5','0123456789abcdef0123456789abcdef','waiting',0,'image','{"analysis": "image", "fps": 4.0, "max_frames": null, "seconds": null, "voice_model": "default", "face_model": "default", "video_model": "default", "denoise": false, "min_face": 24, "max_blur": 0.9, "min_light": 0.08, "annotate": true, "blur_faces": false, "explain": null}','["sample.jpg"]','["d759385f19d49ee1df8eac0bf6a04576"]','image',NULL,'{"stage": "received", "seconds": 0.0, "total": null, "faces": 0, "utterances": 0}',NULL,NULL,0,'null','null','2026-11-26 18:27:19.909712',NULL,NULL,'2026-11-27 18:27:19.909712');
CREATE INDEX ix_jobs_state ON jobs (state);
CREATE INDEX ix_jobs_session ON jobs (session);
CREATE INDEX ix_jobs_expires ON jobs (expires);
COMMIT;
