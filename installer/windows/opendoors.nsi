; Makes OpenDoors-Setup.exe out of the frozen folder, for one user, without an administrator's rights.
; makensis -DVERSION=… -DFOLDER=… -DOUT=… -DICON=… opendoors.nsi
Unicode true
!define NAME "OpenDoors Desktop"
!define KEY "Software\Microsoft\Windows\CurrentVersion\Uninstall\OpenDoorsDesktop"

Name "${NAME}"
OutFile "${OUT}"
Icon "${ICON}"
InstallDir "$LOCALAPPDATA\Programs\OpenDoors Desktop"
RequestExecutionLevel user
SetCompressor /SOLID lzma

Page directory
Page instfiles
UninstPage uninstConfirm
UninstPage instfiles

Section
  SetOutPath "$INSTDIR"
  File /r "${FOLDER}/*"
  WriteUninstaller "$INSTDIR\uninstall.exe"
  CreateShortcut "$SMPROGRAMS\${NAME}.lnk" "$INSTDIR\opendoors.exe"
  WriteRegStr HKCU "${KEY}" "DisplayName" "${NAME}"
  WriteRegStr HKCU "${KEY}" "DisplayVersion" "${VERSION}"
  WriteRegStr HKCU "${KEY}" "DisplayIcon" "$INSTDIR\opendoors.exe"
  WriteRegStr HKCU "${KEY}" "UninstallString" '"$INSTDIR\uninstall.exe"'
SectionEnd

; The store and the settings lie elsewhere and stay.
Section "Uninstall"
  Delete "$SMPROGRAMS\${NAME}.lnk"
  RMDir /r "$INSTDIR\_internal"
  Delete "$INSTDIR\opendoors.exe"
  Delete "$INSTDIR\uninstall.exe"
  RMDir "$INSTDIR"
  DeleteRegKey HKCU "${KEY}"
SectionEnd
