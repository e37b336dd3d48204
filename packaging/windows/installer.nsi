; Installer for Windows, compiled by `packaging/package.py windows` with makensis.
; For one person, without administrator's rights. Catalog, journal and photos are touched neither by
; it nor by the uninstaller.
Target amd64-unicode
!define NAME "dupefinder"
!define KEY "Software\Microsoft\Windows\CurrentVersion\Uninstall\${NAME}"
!define VERB "shell\${NAME}"

!include MUI2.nsh
!include FileFunc.nsh

Name "${NAME} ${VERSION}"
OutFile "${OUTPUT}"
InstallDir "$LOCALAPPDATA\Programs\${NAME}"
InstallDirRegKey HKCU "${KEY}" "InstallLocation"
RequestExecutionLevel user
SetCompressor /SOLID lzma
ManifestDPIAware true

VIProductVersion "${VERSION}.0"
VIAddVersionKey "ProductName" "${NAME}"
VIAddVersionKey "FileDescription" "Installer of ${NAME}"
VIAddVersionKey "FileVersion" "${VERSION}"
VIAddVersionKey "CompanyName" "${PUBLISHER}"
VIAddVersionKey "LegalCopyright" "MIT License"

!define MUI_ICON "${ICON}"
!define MUI_UNICON "${ICON}"
!define MUI_FINISHPAGE_RUN "$INSTDIR\${NAME}-window.exe"
!define MUI_COMPONENTSPAGE_NODESC

!insertmacro MUI_PAGE_COMPONENTS
!insertmacro MUI_PAGE_DIRECTORY
!insertmacro MUI_PAGE_INSTFILES
!insertmacro MUI_PAGE_FINISH
!insertmacro MUI_UNPAGE_CONFIRM
!insertmacro MUI_UNPAGE_INSTFILES
!insertmacro MUI_LANGUAGE "English"
!insertmacro MUI_LANGUAGE "German"
!insertmacro MUI_LANGUAGE "French"
!insertmacro MUI_LANGUAGE "Spanish"
!insertmacro MUI_LANGUAGE "Japanese"
!insertmacro MUI_LANGUAGE "Polish"

!macro Words LANGUAGE HERE DESKTOP
  LangString here ${LANG_${LANGUAGE}} "${HERE}"
  LangString desktop ${LANG_${LANGUAGE}} "${DESKTOP}"
!macroend
!insertmacro Words ENGLISH "Find duplicates here" "Shortcut on the desktop"
!insertmacro Words GERMAN "Hier Duplikate suchen" "Verknüpfung auf dem Desktop"
!insertmacro Words FRENCH "Chercher les doublons ici" "Raccourci sur le bureau"
!insertmacro Words SPANISH "Buscar duplicados aquí" "Acceso directo en el escritorio"
!insertmacro Words JAPANESE "ここで重複を探す" "デスクトップのショートカット"
!insertmacro Words POLISH "Szukaj duplikatów tutaj" "Skrót na pulpicie"

; A folder that holds anything else is never emptied, neither now nor on removal.
Function .onVerifyInstDir
  IfFileExists "$INSTDIR\${NAME}.exe" fits
  IfFileExists "$INSTDIR\*.*" 0 fits
  ${DirState} "$INSTDIR" $0
  IntCmp $0 1 0 fits fits
  Abort
fits:
FunctionEnd

Section "${NAME}" program
  SectionIn RO
  ; What an earlier version left would be found before what is new.
  RMDir /r "$INSTDIR\_internal"
  RMDir /r "$INSTDIR\licences"
  SetOutPath "$INSTDIR"
  File "${FOLDER}/${NAME}.exe"
  File "${FOLDER}/${NAME}-window.exe"
  File /r "${FOLDER}/_internal"
  File /r "${FOLDER}/licences"
  WriteUninstaller "$INSTDIR\uninstall.exe"
  CreateShortcut "$SMPROGRAMS\${NAME}.lnk" "$INSTDIR\${NAME}-window.exe"
  WriteRegStr HKCU "${KEY}" "DisplayName" "${NAME}"
  WriteRegStr HKCU "${KEY}" "DisplayVersion" "${VERSION}"
  WriteRegStr HKCU "${KEY}" "DisplayIcon" "$INSTDIR\${NAME}-window.exe"
  WriteRegStr HKCU "${KEY}" "Publisher" "${PUBLISHER}"
  WriteRegStr HKCU "${KEY}" "URLInfoAbout" "${HOME}"
  WriteRegStr HKCU "${KEY}" "InstallLocation" "$INSTDIR"
  WriteRegStr HKCU "${KEY}" "UninstallString" '"$INSTDIR\uninstall.exe"'
  WriteRegDWORD HKCU "${KEY}" "NoModify" 1
  WriteRegDWORD HKCU "${KEY}" "NoRepair" 1
  ${GetSize} "$INSTDIR" "/S=0K" $0 $1 $2
  WriteRegDWORD HKCU "${KEY}" "EstimatedSize" $0
SectionEnd

; An entry among others: what opens a folder by a double click stays as it is.
Section "$(here)" menu
  !macro AddVerb WHERE ARGUMENT
    WriteRegStr HKCU "Software\Classes\${WHERE}\${VERB}" "" "$(here)"
    WriteRegStr HKCU "Software\Classes\${WHERE}\${VERB}" "Icon" "$INSTDIR\${NAME}-window.exe"
    ; The dot keeps the backslash of "C:\" from escaping the quote.
    WriteRegStr HKCU "Software\Classes\${WHERE}\${VERB}\command" "" '"$INSTDIR\${NAME}-window.exe" "${ARGUMENT}\."'
  !macroend
  !insertmacro AddVerb "Directory" "%1"
  !insertmacro AddVerb "Directory\Background" "%V"
  !insertmacro AddVerb "Drive" "%1"
SectionEnd

Section /o "$(desktop)" shortcut
  CreateShortcut "$DESKTOP\${NAME}.lnk" "$INSTDIR\${NAME}-window.exe"
SectionEnd

Section "Uninstall"
  RMDir /r "$INSTDIR\_internal"
  RMDir /r "$INSTDIR\licences"
  Delete "$INSTDIR\${NAME}.exe"
  Delete "$INSTDIR\${NAME}-window.exe"
  Delete "$INSTDIR\uninstall.exe"
  RMDir "$INSTDIR"
  Delete "$SMPROGRAMS\${NAME}.lnk"
  Delete "$DESKTOP\${NAME}.lnk"
  DeleteRegKey HKCU "Software\Classes\Directory\${VERB}"
  DeleteRegKey HKCU "Software\Classes\Directory\Background\${VERB}"
  DeleteRegKey HKCU "Software\Classes\Drive\${VERB}"
  DeleteRegKey HKCU "${KEY}"
SectionEnd
